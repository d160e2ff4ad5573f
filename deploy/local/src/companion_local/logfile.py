"""What the children write: every line into a file each, what somebody should see to the console.

A file is turned over at `MAX_BYTES` and one older generation is kept, so logs stay bounded.
"""

import json
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

MAX_BYTES = 10_000_000
MAX_LINE_BYTES = 64_000
TAIL_LINES = 20
LOUD = frozenset({"warning", "error", "critical", "exception"})
# What a console line does not repeat: it stands first, or is of no use to a reader.
_FRAME = frozenset({"level", "event", "service", "time"})


class LogFile:
    """Appends the output of one process to a file and remembers the last lines of its life."""

    def __init__(self, path: Path, *, loud: Callable[[str], None]) -> None:
        self.path = path
        self._loud = loud
        self._rest = b""
        self._tail: deque[str] = deque(maxlen=TAIL_LINES)
        self._file = path.open("ab")
        self._turn_over()

    def feed(self, chunk: bytes) -> None:
        """Take output as it comes; a line longer than `MAX_LINE_BYTES` is cut there."""
        self._rest += chunk
        *lines, self._rest = self._rest.split(b"\n")
        if len(self._rest) > MAX_LINE_BYTES:
            lines.append(self._rest)
            self._rest = b""
        for line in lines:
            self._line(line)
        # A full disk must not end the process whose lines these are.
        with suppress(OSError):
            self._file.flush()
            self._turn_over()

    def begin(self) -> None:
        """A new life of the process begins: what the one before said is no longer its tail."""
        self._rest = b""
        self._tail.clear()

    def tail(self) -> list[str]:
        """The last lines of this life, an unfinished one included."""
        unfinished = [self._rest.decode(errors="replace")] if self._rest else []
        return [*self._tail, *unfinished]

    def close(self) -> None:
        self.feed(b"\n" if self._rest else b"")
        with suppress(OSError):
            self._file.close()

    def _line(self, line: bytes) -> None:
        with suppress(OSError):
            self._file.write(line + b"\n")
        text = line.decode(errors="replace").rstrip()
        self._tail.append(text)
        said = loud_text(text)
        if said is not None:
            self._loud(said)

    def _turn_over(self) -> None:
        if self._file.tell() < MAX_BYTES:
            return
        self._file.close()
        self.path.replace(self.path.with_name(self.path.name + ".1"))
        self._file = self.path.open("ab")


def loud_text(line: str) -> str | None:
    """A JSON log line of level warning or above as one readable line; None for all others."""
    if not line.startswith("{"):
        return None
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    if not isinstance(entry, dict) or str(entry.get("level", "")).lower() not in LOUD:
        return None
    facts = " ".join(
        f"{key}={value}"
        for key, value in entry.items()
        if key not in _FRAME and isinstance(value, str | int | float)
    )
    return f"{entry['level']}: {entry.get('event', '')} {facts}".rstrip()
