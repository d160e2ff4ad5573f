"""Sifts rows that nodes could not sift: the one of each domain to show, parts of a client's name.

What is held is bounded, in rows and in text, whatever nodes send; a total that could not be
counted to its end says so.
"""

import math
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Hashable
from itertools import count
from typing import Final, NamedTuple

from node_proxy.domain.logs.query import Dedupe
from node_proxy.domain.logs.rows import Row
from node_proxy.domain.logs.vocabulary import BLOCKED
from node_proxy.domain.logs.windows import Found, Source

MOST_KEPT: Final = 50_000
"""Rows of one search that can be shown; some 40 MB are held for them."""
MOST_TEXT: Final = 64_000_000
"""Characters of those rows: ordinary ones have a tenth of it, a node may send any number."""
_FEWEST_KEPT: Final = 2_000
"""Rows that are held even for a short page, and beyond those wanted before they are sorted out."""


Keeps = Callable[[Row], bool]
"""Whether a row is wanted."""


class _Kept(NamedTuple):
    worth: tuple[bool, bool, int, int]
    source: Source
    found: Found


class Sieve(ABC):
    """The rows to show of all that were read, in any order of the sources.

    Attributes:
        is_full: Whether rows were left out for want of room, so that there are more than counted.
    """

    def __init__(self, keeps: Keeps | None, *, descending: bool, most: int, most_text: int) -> None:
        self._keeps = keeps
        self._sign = -1 if descending else 1
        self._most = most
        self._room = most_text
        self._kept: dict[Hashable, _Kept] = {}
        self.is_full = False

    @abstractmethod
    def __len__(self) -> int:
        """How many rows were found; at least so many, once it is full."""

    @property
    def reach(self) -> int:
        """How many of them, from the first on, can be shown."""
        return min(len(self), self._most)

    def add(self, source: Source, number: int, rows: tuple[Found, ...]) -> None:
        """Take rows of a source in their order; `number` is its place among the sources."""
        # Done for each of up to a million rows, most of which are not held in the end.
        keeps = self._keeps
        for found in rows:
            if keeps is None or keeps(found.row):
                self._put(source, number, found)

    def drop(self, node_id: str) -> None:
        """Forget the rows of a node that failed; totals are then a lower bound anyway."""
        for key in [key for key, kept in self._kept.items() if kept.source.node_id == node_id]:
            del self._kept[key]

    def rows(self) -> list[tuple[Source, Found]]:
        """What is held, by moment, then by the order of the sources."""
        return [(each.source, each.found) for each in self._in_order()]

    @abstractmethod
    def _put(self, source: Source, number: int, found: Found) -> None:
        """Take one row that is wanted."""

    def _hold(self, key: Hashable, kept: _Kept, *, instead: _Kept | None = None) -> None:
        room = self._room - _text(kept) + (_text(instead) if instead else 0)
        if room < 0:
            self.is_full = True
            return
        self._kept[key], self._room = kept, room

    def _in_order(self) -> list[_Kept]:
        sign = self._sign
        return sorted(self._kept.values(), key=lambda each: (sign * each.worth[2], -each.worth[3]))


class AllRows(Sieve):
    """Counts every row, and holds those that may be among the first `most`."""

    def __init__(self, keeps: Keeps | None, *, descending: bool, most: int, most_text: int) -> None:
        super().__init__(keeps, descending=descending, most=most, most_text=most_text)
        self._counts: Counter[str] = Counter()
        self._numbers = count()
        self._last = math.inf

    def __len__(self) -> int:
        return self._counts.total()

    def drop(self, node_id: str) -> None:
        super().drop(node_id)
        del self._counts[node_id]

    def _put(self, source: Source, number: int, found: Found) -> None:
        self._counts[source.node_id] += 1
        if self._sign * found.moment > self._last:
            return
        if len(self._kept) >= self._most + _FEWEST_KEPT:
            self._leave_out_last()
        self._hold(next(self._numbers), _Kept(_worth(found, number), source, found))

    def _leave_out_last(self) -> None:
        kept = self._in_order()
        self._room += sum(map(_text, kept[self._most :]))
        self._kept = {next(self._numbers): each for each in kept[: self._most]}
        self._last = self._sign * kept[self._most - 1].found.moment


class OneOfEach(Sieve):
    """Holds one row of each domain, or of each domain and client.

    Where a node that fails had the row of a domain that another has as well, that domain is gone.
    """

    def __init__(
        self,
        keeps: Keeps | None,
        *,
        descending: bool,
        most: int,
        most_text: int,
        per_client: bool,
    ) -> None:
        super().__init__(keeps, descending=descending, most=most, most_text=most_text)
        self._per_client = per_client

    def __len__(self) -> int:
        return len(self._kept)

    def _put(self, source: Source, number: int, found: Found) -> None:
        key, worth = self._key(found.row), _worth(found, number)
        known = self._kept.get(key)
        if known is not None:
            if worth > known.worth:
                self._hold(key, _Kept(worth, source, found), instead=known)
        elif len(self._kept) < self._most:
            self._hold(key, _Kept(worth, source, found))
        else:
            self.is_full = True

    def _key(self, row: Row) -> Hashable:
        name = None if row.qname is None else row.qname.lower()
        return (name, row.client_ip_address) if self._per_client else name


def sieve_for(
    dedupe: Dedupe,
    keeps: Keeps | None,
    *,
    descending: bool,
    wanted: int,
    most: int = MOST_KEPT,
    most_text: int = MOST_TEXT,
) -> Sieve:
    """The sieve for a page that ends behind `wanted` rows; without `keeps` all of them count."""
    if dedupe == "none":
        most = min(max(wanted + 1, _FEWEST_KEPT), most)
        return AllRows(keeps, descending=descending, most=most, most_text=most_text)
    return OneOfEach(
        keeps,
        descending=descending,
        most=most,
        most_text=most_text,
        per_client=dedupe == "domain_and_client",
    )


def _worth(found: Found, number: int) -> tuple[bool, bool, int, int]:
    """Which of two rows stands for a domain: a blocked one, then one for A, then the newest."""
    row = found.row
    return row.response_type in BLOCKED, row.qtype == "A", found.moment, -number


def _text(kept: _Kept) -> int:
    """How many characters a row has that a node may make as long as it likes."""
    row = kept.found.row
    texts = (
        *(row.client_ip_address, row.protocol, row.response_type, row.rcode),
        *(row.qname, row.qtype, row.qclass, row.answer),
    )
    return sum([len(text) for text in texts if text])
