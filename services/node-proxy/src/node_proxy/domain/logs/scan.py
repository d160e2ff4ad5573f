"""Reads every row that may be meant, where no node can say which ones are.

It ends by itself, at its deadline or at its most rows; what was not read makes totals lower
bounds, never wrong ones.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from node_proxy.domain.logs.gathering import Gathering
from node_proxy.domain.logs.sieve import Sieve
from node_proxy.domain.logs.windows import Source, Window

CHUNK: Final = 5_000
"""Rows of one call: little enough that reading them holds up nobody else for long."""
MOST_READ: Final = 1_000_000
"""Rows that one search reads of one source."""
SCAN_S: Final = 10.0
"""Seconds that a search may take, waiting for its place included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    """What a scan found.

    Attributes:
        sieve: The rows to show.
        is_whole: Whether everything was read.
        newest: The newest moment that was read; what comes later is not of this scan.
    """

    sieve: Sieve
    is_whole: bool
    newest: int | None


async def scan(
    gathering: Gathering,
    sieve: Sieve,
    *,
    until: int | None,
    monotonic: Callable[[], float],
    deadline_s: float,
) -> Scanned:
    """Read all sources side by side, rows after `until` left out."""
    sources = gathering.sources
    stop_at = monotonic() + deadline_s

    async def one(source: Source) -> tuple[bool, int | None]:
        reading = _Reading(gathering, sieve, source, number=sources.index(source), until=until)
        return await reading.run(monotonic, stop_at), reading.newest

    found = await gathering.each(one, sources)
    for node_id in gathering.errors:
        sieve.drop(node_id)
    newest = [moment for _, moment in found.values() if moment is not None]
    return Scanned(
        sieve=sieve,
        is_whole=all(is_whole for is_whole, _ in found.values()) and not sieve.is_full,
        newest=until if until is not None else max(newest, default=None),
    )


class _Reading:
    """One source, chunk by chunk in the order of the search: the rows shown first come first."""

    def __init__(
        self, gathering: Gathering, sieve: Sieve, source: Source, *, number: int, until: int | None
    ) -> None:
        self._gathering = gathering
        self._sieve = sieve
        self._source = source
        self._number = number
        self._end = until
        self.newest: int | None = None

    async def run(self, monotonic: Callable[[], float], stop_at: float) -> bool:
        """Whether it read everything before it was time to stop."""
        for page in range(1, MOST_READ // CHUNK + 1):
            try:
                async with asyncio.timeout(stop_at - monotonic()):
                    window = await self._gathering.reader.page(
                        self._source, page, CHUNK, end=self._end
                    )
            except TimeoutError:
                return False
            self._take(window)
            if window.end >= window.total or window.place < (page - 1) * CHUNK:
                return True
        return False

    def _take(self, window: Window) -> None:
        self._gathering.count(self._source, window.total)
        if not window.rows:
            return
        self._sieve.add(self._source, self._number, window.rows)
        edges = (window.rows[0].moment, window.rows[-1].moment)
        self.newest = max(*edges, self.newest if self.newest is not None else edges[0])
        if self._end is None and self._gathering.reader.descending:
            # What is written from now on must not move the places of what is there.
            self._end = self.newest
