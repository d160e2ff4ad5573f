"""Load from one wrk process, bounded in time, read back as numbers."""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_SECONDS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0}
# Adds a number to the query, another one for each request, so that no two of them are alike.
_VARYING = """\
local number = 0
request = function()
  number = number + 1
  return wrk.format(nil, wrk.path .. number)
end
"""


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

    requests: int
    rate: float
    p50_s: float
    p99_s: float
    bad: int


def run(
    url: str,
    *,
    headers: Mapping[str, str],
    connections: int,
    seconds: int,
    varying: bool = False,
) -> Load:
    """Load `url` with keep-alive connections for so many seconds.

    `varying` writes another number behind the URL for each request.
    """
    with _script(varying=varying) as script:
        command = [
            require("wrk", "wrk"),
            "--threads=1",
            f"--connections={connections}",
            f"--duration={seconds}s",
            "--latency",
            *script,
            *(part for name, value in headers.items() for part in ("--header", f"{name}: {value}")),
            url,
        ]
        done = subprocess.run(  # noqa: S603 - our own arguments, no shell
            command, capture_output=True, text=True, check=True, timeout=seconds + 30
        )
    return _read(done.stdout)


@contextmanager
def _script(*, varying: bool) -> Generator[list[str]]:
    if not varying:
        yield []
        return
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        Path(file.name).write_text(_VARYING)
        yield [f"--script={file.name}"]


def _read(report: str) -> Load:
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", report)
    return Load(
        requests=int(_only(r"^ +(\d+) requests in", report)),
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
