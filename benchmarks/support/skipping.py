"""A benchmark whose tools are missing says so and is left out, so that the others still run."""

import sys
from collections.abc import Generator
from contextlib import contextmanager

from benchmarks.support.wrk import ToolMissing


@contextmanager
def skipped_without_tools() -> Generator[None]:
    try:
        yield
    except ToolMissing as missing:
        sys.stderr.write(f"\nSKIPPED: this benchmark cannot run: {missing}\n\n")
