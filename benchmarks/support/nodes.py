"""Three simulated nodes as one process of their own."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.support.ports import free_port, wait_until_open


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedNodes:
    """Where each listens and where they are controlled; how long they took to be ready."""

    process: "subprocess.Popen[bytes]"
    urls: Mapping[str, str]
    control_url: str
    ready_s: float


@contextmanager
def simulated_nodes() -> Generator[SimulatedNodes]:
    """Up while the block runs."""
    control, *ports = (free_port() for _ in range(4))
    named = {f"ns{number}": port for number, port in enumerate(ports, 1)}
    nodes = [f"--node={name}=127.0.0.1:{port}" for name, port in named.items()]
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "technitium_sandbox", f"--control=127.0.0.1:{control}", *nodes],
            cwd=Path(folder),
            stdout=subprocess.DEVNULL,
        )
        try:
            for port in (control, *ports):
                wait_until_open(port, process=process)
            yield SimulatedNodes(
                process=process,
                urls={name: f"http://127.0.0.1:{port}" for name, port in named.items()},
                control_url=f"http://127.0.0.1:{control}",
                ready_s=time.monotonic() - began,
            )
        finally:
            process.terminate()
            process.wait(timeout=15)
