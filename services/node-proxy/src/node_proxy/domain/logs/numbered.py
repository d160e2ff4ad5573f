"""A page by its number: the rows from one place on in the merged order of all sources."""

from dataclasses import dataclass
from functools import partial
from typing import Final

from node_proxy.domain.logs.gathering import Gathering
from node_proxy.domain.logs.merging import SLACK, in_order, merged
from node_proxy.domain.logs.position import Position
from node_proxy.domain.logs.splitting import Column, guesses, narrow
from node_proxy.domain.logs.windows import Found, Source, Window

_AROUND: Final = 128
"""Rows that are read on either side of a guess: what they say of each other narrows it down."""
_ROUNDS: Final = 32
"""The most there can be is some twenty; a node whose clock went back may need more than exist."""
PATIENCE_S: Final = 10.0
"""What one node may take in all: it answers each call in time, and yet a page takes several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Rows of a page in order; `following` is where the next one begins, where that is known."""

    rows: list[tuple[Source, Found]]
    has_more: bool
    following: Position | None


async def numbered_page(
    gathering: Gathering, place: int, count: int, *, patience_s: float = PATIENCE_S
) -> Page:
    """At most `count` rows after the first `place` of all.

    The first page, and any page of a single source, takes one call to each; any other some four,
    for which a node that takes longer than `patience_s` in all is left out.
    """
    sources = gathering.sources
    if place == 0 or len(sources) <= 1:
        begin = max(place - SLACK, 0)
        ask = partial(_window, gathering, begin, place - begin + count + SLACK)
        windows = await gathering.each(ask, sources)
        return _page(gathering, {s: (place, w) for s, w in windows.items()}, count)
    return await _Search(gathering, place, count, patience_s=patience_s).run()


async def _window(gathering: Gathering, place: int, count: int, source: Source) -> Window:
    window = await gathering.reader.window(source, place, count)
    gathering.count(source, window.total)
    return window


class _Search:
    """Rounds of looking until it is known where the page begins in each source."""

    def __init__(self, gathering: Gathering, place: int, count: int, *, patience_s: float) -> None:
        self._gathering = gathering
        self._patience_s = patience_s
        self._place = place
        self._count = count
        self._ends: dict[Source, int] = {}
        self._columns: dict[Source, Column] = {}
        self._windows: dict[Source, list[Window]] = {}

    async def run(self) -> Page:
        await self._begin()
        for number in range(_ROUNDS):
            sources = self._narrowed()
            if self._gathering.total <= self._place or all(
                self._columns[source].low == self._columns[source].high for source in sources
            ):
                break
            await self._look(sources, by_time=number % 3 > 0)
        return await self._finish(self._narrowed())

    async def _begin(self) -> None:
        """How many rows each source has, and which is its first."""
        found = await self._gathering.each(
            partial(_window, self._gathering, 0, 1),
            self._gathering.sources,
            patience_s=self._patience_s,
        )
        for source, window in found.items():
            self._columns[source] = Column(total=window.total)
            self._windows[source] = []
            if window.rows and self._gathering.reader.descending:
                # What is written from now on must not move the places of what is there.
                self._ends[source] = window.rows[0].moment
            self._note(source, window)

    def _narrowed(self) -> list[Source]:
        sources = [s for s in self._gathering.sources if s in self._columns]
        columns = [self._columns[source] for source in sources]
        for column in columns:
            column.low, column.high = 0, min(column.total, self._place)
        if sum(column.total for column in columns) > self._place:
            narrow(columns, self._place)
        return sources

    async def _look(self, sources: list[Source], *, by_time: bool) -> None:
        columns = [self._columns[source] for source in sources]
        places = dict(zip(sources, guesses(columns, self._place, by_time=by_time), strict=True))
        unknown = [s for s in sources if self._columns[s].low < self._columns[s].high]

        async def ask(source: Source) -> Window:
            begin = max(places[source] - _AROUND, 0)
            return await self._read(source, begin, 2 * _AROUND + self._count + SLACK)

        found = await self._gathering.each(ask, unknown, patience_s=self._patience_s)
        for source, window in found.items():
            self._note(source, window)

    async def _finish(self, sources: list[Source]) -> Page:
        """The rows from where the page begins in each source; most were read on the way."""

        async def ask(source: Source) -> tuple[int, Window]:
            place = self._columns[source].low
            known = self._known(source, place)
            if known is None:
                begin = max(place - SLACK, 0)
                known = await self._read(source, begin, place - begin + self._count + SLACK)
            return place, known

        if self._gathering.total <= self._place:
            return Page(rows=[], has_more=False, following=None)
        found = await self._gathering.each(ask, sources, patience_s=self._patience_s)
        return _page(self._gathering, found, self._count)

    def _known(self, source: Source, place: int) -> Window | None:
        needed = min(place + self._count, self._columns[source].total)
        for window in self._windows[source]:
            if window.place <= max(place - 1, 0) and window.end >= needed:
                return window
        return None

    async def _read(self, source: Source, place: int, count: int) -> Window:
        return await self._gathering.reader.window(source, place, count, end=self._ends.get(source))

    def _note(self, source: Source, window: Window) -> None:
        self._windows[source].append(window)
        self._columns[source].add(window, descending=self._gathering.reader.descending)


def _page(gathering: Gathering, found: dict[Source, tuple[int, Window]], count: int) -> Page:
    descending = gathering.reader.descending
    columns = [
        (source, in_order(window.cut(place, count + SLACK).rows, descending=descending))
        for source, (place, window) in found.items()
    ]
    rows = merged(columns, descending=descending)
    return Page(
        rows=rows[:count],
        has_more=len(rows) > count or any(w.end < w.total for _, w in found.values()),
        following=_position(found, rows[:count]),
    )


def _position(
    found: dict[Source, tuple[int, Window]], shown: list[tuple[Source, Found]]
) -> Position | None:
    """Behind the last row that is shown; None where nobody saw how many are of its moment."""
    if not shown:
        return None
    moment, ties = shown[-1][1].moment, {}
    for source, (place, window) in found.items():
        end = place + sum(1 for other, _ in shown if other == source)
        seen = window.cut(window.place, end - window.place).rows
        alike = 0
        while alike < len(seen) and seen[-1 - alike].moment == moment:
            alike += 1
        if alike == len(seen) and window.place > 0:
            return None
        ties[source.label] = alike
    return Position(moment=moment, ties=ties)
