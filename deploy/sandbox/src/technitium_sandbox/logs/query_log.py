"""What the app Query Logs keeps of the queries that a node answered, and how it is searched.

Rows stand in columns of numbers; each text is kept once. A hundred thousand rows cost about 4 MB,
and a search reads whole columns with functions that run in C.
"""

import itertools
import math
import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

_NO_TEXT = 0
# A row's moment is what its text says, so that a search from or to it finds the row.
_DIGITS = 6
# One array per column: a float, numbers of one, two or four bytes.
_COLUMNS = {
    "at": "d",
    "client": "I",
    "protocol": "B",
    "response_type": "B",
    "rcode": "B",
    "qname": "I",
    "qtype": "H",
    "qclass": "H",
    "rtt_ms": "d",
    "answer": "I",
}
_TEXTS = ("client", "qname", "answer")
# Patterns that need no regular expression, which takes longer.
_SIMPLE: dict[str, Callable[[str], Callable[[str], object]]] = {
    "%x%": lambda part: lambda text: part in text,
    "%x": lambda part: lambda text: text.endswith(part),
    "x%": lambda part: lambda text: text.startswith(part),
}
_CODES = ("protocol", "response_type", "rcode", "qtype", "qclass")


class Row(NamedTuple):
    """One answered query, in the order of the columns; codes are the numbers of `dns.codes`."""

    at: float
    client: str
    protocol: int
    response_type: int
    rcode: int
    qname: str
    qtype: int
    qclass: int = 1
    rtt_ms: float | None = None
    answer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What rows must be alike in; None asks nothing. `qname` with a star is a pattern."""

    start: float | None = None
    end: float | None = None
    client: str | None = None
    protocol: int | None = None
    response_type: int | None = None
    rcode: int | None = None
    qname: str | None = None
    qtype: int | None = None
    qclass: int | None = None


@dataclass(slots=True)
class _Texts:
    """Texts by number and numbers by text; number 0 is no text."""

    texts: list[str | None] = field(default_factory=lambda: [None])
    numbers: dict[str, int] = field(default_factory=dict)

    def number(self, text: str | None) -> int:
        if text is None:
            return _NO_TEXT
        found = self.numbers.get(text)
        if found is None:
            found = self.numbers[text] = len(self.texts)
            self.texts.append(text)
        return found


class QueryLog:
    """Rows in the order of their coming; a row has no name of its own but its position."""

    def __init__(self) -> None:
        self._texts = {name: _Texts() for name in _TEXTS}
        self._last = ("", b"")
        self._columns: dict[str, array[Any]] = {
            name: array(code) for name, code in _COLUMNS.items()
        }

    def __len__(self) -> int:
        return len(self._columns["at"])

    def add(self, row: Row, times: int = 1) -> None:
        """Put down a query that was answered `times` times alike; never earlier than the last."""
        self.extend([row][:times])
        for column in self._columns.values():
            column.extend(column[-1:] * (times - 1))

    def extend(self, rows: Iterable[Row]) -> None:
        """Put down queries in order, a column at a time."""
        for (name, column), values in zip(
            self._columns.items(), zip(*rows, strict=True), strict=False
        ):
            if name in self._texts:
                column.extend(map(self._texts[name].number, values))
            elif name == "at":
                column.extend(round(value, _DIGITS) for value in values)
            elif name == "rtt_ms":
                column.extend(math.nan if value is None else value for value in values)
            else:
                column.extend(values)

    def row(self, number: int) -> Row:
        values = {name: column[number] for name, column in self._columns.items()}
        texts = {name: self._texts[name].texts[int(values[name])] for name in _TEXTS}
        rtt = None if math.isnan(values["rtt_ms"]) else round(values["rtt_ms"], 3)
        return Row(**{**values, **texts, "rtt_ms": rtt})

    def find(self, wanted: Filter) -> Sequence[int]:
        """The positions of the rows that match, oldest first."""
        at = self._columns["at"]
        low = 0 if wanted.start is None else bisect_left(at, wanted.start)
        high = len(at) if wanted.end is None else bisect_right(at, wanted.end)
        masks = list(self._masks(wanted, low, high)) if low < high else [b""]
        if not masks:
            return range(low, high)
        return list(itertools.compress(range(low, high), _all(masks)))

    def purge(self, *, oldest: float, most: int) -> None:
        """Drop rows from before `oldest`, and the oldest of more than `most`."""
        count = max(bisect_left(self._columns["at"], oldest), len(self) - most)
        for column in self._columns.values():
            del column[: max(count, 0)]

    def _masks(self, wanted: Filter, low: int, high: int) -> Iterator[bytes]:
        """For each thing that is asked a byte per row, 1 where it matches; b"" for no row."""
        for name in _CODES:
            number = getattr(wanted, name)
            if number is not None:
                yield _same(self._columns[name][low:high], number)
        if wanted.client is not None:
            client = self._texts["client"].numbers.get(wanted.client)
            yield b"" if client is None else _same(self._columns["client"][low:high], client)
        if wanted.qname is not None:
            yield self._names(wanted.qname, low, high)

    def _names(self, pattern: str, low: int, high: int) -> bytes:
        names, column = self._texts["qname"], self._columns["qname"][low:high]
        if "*" not in pattern:
            number = names.numbers.get(pattern)
            return b"" if number is None else _same(column, number)
        fitting = self._fitting(pattern)
        return bytes(map(fitting.__getitem__, column)) if any(fitting) else b""

    def _fitting(self, pattern: str) -> bytes:
        """For each name that was ever asked 1 when it fits; kept for the next page."""
        fitting = self._last[1] if self._last[0] == pattern else b""
        matches = like(pattern.replace("*", "%"))
        fitting += bytes(
            bool(matches(text or "")) for text in self._texts["qname"].texts[len(fitting) :]
        )
        self._last = (pattern, fitting)
        return fitting


def like(pattern: str) -> Callable[[str], object]:
    """SQL's LIKE: `%` is any text, `_` one character.

    Each part is taken where it is first found and never tried elsewhere, so that no pattern
    takes longer than a walk over the text.
    """
    if "_" not in pattern and set(pattern) != {"%"}:
        inside = pattern.strip("%")
        simple = _SIMPLE.get(pattern.replace(inside, "x", 1))
        if simple is not None and "%" not in inside:
            return simple(inside)
    parts = [re.escape(part).replace("_", ".") for part in pattern.split("%")]
    if len(parts) == 1:
        return re.compile(parts[0], re.DOTALL).fullmatch
    inner = "".join(f"(?>.*?{part})" for part in parts[1:-1])
    return re.compile(f"{parts[0]}{inner}.*{parts[-1]}", re.DOTALL).fullmatch


def _same(column: "array[Any]", number: int) -> bytes:
    """Whether each row has that number: bytes are compared in one go."""
    if column.typecode == "B":
        return column.tobytes().translate(bytes(one == number for one in range(256)))
    return bytes(map(number.__eq__, column))


def _all(masks: Sequence[bytes]) -> bytes:
    """1 where every mask has 1."""
    if any(not mask for mask in masks):
        return b""
    size, common = len(masks[0]), int.from_bytes(masks[0], "big")
    for mask in masks[1:]:
        common &= int.from_bytes(mask, "big")
    return common.to_bytes(size, "big")
