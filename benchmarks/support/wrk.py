"""Load from one wrk process, bounded in time, read back as numbers."""

import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass

_SECONDS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0}


class ToolMissing(Exception):  # noqa: N818 - it states an outcome, not a fault
    """A program the benchmark needs is not on this machine."""


def require(program: str, package: str) -> str:
    """Where the program lies.

    Raises:
        ToolMissing: saying which package brings it.
    """
    found = shutil.which(program)
    if found is None:
        raise ToolMissing(f"{program} is needed and not here (Debian: apt install {package})")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What one run did: requests a second, latency in seconds, answers that were no 2xx."""

    rate: float
    p50_s: float
    p99_s: float
    bad: int


def run(url: str, *, headers: Mapping[str, str], connections: int, seconds: int) -> Load:
    """Load `url` with keep-alive connections for so many seconds."""
    command = [
        require("wrk", "wrk"),
        "--threads=1",
        f"--connections={connections}",
        f"--duration={seconds}s",
        "--latency",
        *(part for name, value in headers.items() for part in ("--header", f"{name}: {value}")),
        url,
    ]
    done = subprocess.run(  # noqa: S603 - our own arguments, no shell
        command, capture_output=True, text=True, check=True, timeout=seconds + 30
    )
    return _read(done.stdout)


def _read(report: str) -> Load:
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", report)
    return Load(
        rate=float(_only(r"Requests/sec:\s+([\d.]+)", report)),
        p50_s=_duration(_only(r"^ +50%\s+(\S+)", report)),
        p99_s=_duration(_only(r"^ +99%\s+(\S+)", report)),
        bad=int(bad.group(1)) if bad else 0,
    )


def _only(pattern: str, report: str) -> str:
    found = re.search(pattern, report, re.MULTILINE)
    if found is None:
        raise ValueError(f"wrk printed no {pattern!r}:\n{report}")
    return found.group(1)


def _duration(text: str) -> float:
    number = text.rstrip("abcdefghijklmnopqrstuvwxyz")
    return float(number) * _SECONDS[text.removeprefix(number)]
