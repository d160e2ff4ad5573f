"""Ends the children of a launcher that was killed, where the kernel cannot (not Linux).

Run as `python warden.py` with a pipe as standard input: the launcher writes `+PID` and `-PID`
lines as children come and go. The pipe's end means that the launcher is gone.
"""

import os
import signal
import sys
from collections.abc import Iterable
from contextlib import suppress


def survivors(lines: Iterable[str]) -> list[int]:
    """Process ids that came and did not go, in the order in which they came."""
    alive: dict[int, None] = {}
    for line in lines:
        pid = int(line[1:])
        if line.startswith("+"):
            alive[pid] = None
        else:
            alive.pop(pid, None)
    return list(alive)


def main() -> None:
    # Ctrl-C in a terminal reaches this process too; it has to outlive the launcher.
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)
    for pid in reversed(survivors(sys.stdin)):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
