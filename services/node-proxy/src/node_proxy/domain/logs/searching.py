"""Finds one page: by its number, by its cursor, or by reading everything where it must."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from node_proxy.domain.logs.answers import Result
from node_proxy.domain.logs.cursor import Cursor, read_cursor, write_cursor
from node_proxy.domain.logs.filters import Names
from node_proxy.domain.logs.followed import followed_page
from node_proxy.domain.logs.gathering import Gathering
from node_proxy.domain.logs.log_apps import NoQueryLogs
from node_proxy.domain.logs.numbered import numbered_page
from node_proxy.domain.logs.position import Position
from node_proxy.domain.logs.query import PageQuery
from node_proxy.domain.logs.scan import SCAN_S, scan
from node_proxy.domain.logs.scan_places import ScanPlaces
from node_proxy.domain.logs.sieve import sieve_for

_OFFSET = "offset"


@dataclass(frozen=True, slots=True, kw_only=True)
class Searcher:
    """What all searches of the process share.

    Attributes:
        places: Where searches that read everything wait for each other.
        monotonic: Seconds of a clock that never goes back.
    """

    places: ScanPlaces
    monotonic: Callable[[], float]

    async def find(self, query: PageQuery, gathering: Gathering, names: Names) -> Result:
        """The page that is asked for; which nodes failed stands in `gathering`.

        Raises:
            BadField: The cursor is no cursor of this search.
            Problem: `searches_busy`; too many others read everything.
        """
        cursor = read_cursor(query)
        if query.is_scan:
            if self.places.all_taken:
                await _leave_out_silent(gathering)
            async with self.places.place() as waited_s:
                # Waiting is part of the time that a search may take.
                return await self._scanned(
                    query, gathering, names, cursor, deadline_s=SCAN_S - waited_s
                )
        if cursor is None:
            number = query.page_number
            place = (number - 1) * query.entries_per_page
            page = await numbered_page(gathering, place, query.entries_per_page)
        else:
            number = cursor.page
            page = await followed_page(gathering, cursor, query.entries_per_page)
        following = page.following if page.has_more else None
        return Result(
            page_number=number,
            rows=page.rows,
            total=gathering.total,
            matching=gathering.total,
            is_lower_bound=is_partial(gathering),
            has_more=page.has_more,
            next_cursor=_next(query, gathering, number, following) if following else None,
        )

    async def _scanned(
        self,
        query: PageQuery,
        gathering: Gathering,
        names: Names,
        cursor: Cursor | None,
        *,
        deadline_s: float,
    ) -> Result:
        wanted = query.search.filter
        number = query.page_number if cursor is None else cursor.page
        size = query.entries_per_page
        place = (number - 1) * size if cursor is None else cursor.position.ties.get(_OFFSET, 0)
        sieve = sieve_for(
            query.dedupe,
            None if wanted.is_pushed else partial(wanted.keeps, names=names),
            descending=query.search.descending,
            wanted=place + size,
        )
        scanned = await scan(
            gathering,
            sieve,
            until=None if cursor is None else cursor.position.moment,
            monotonic=self.monotonic,
            deadline_s=deadline_s,
        )
        has_more = sieve.reach > place + size
        behind = Position(moment=scanned.newest, ties={_OFFSET: place + size})
        return Result(
            page_number=number,
            rows=sieve.rows()[place : min(place + size, sieve.reach)],
            total=gathering.total,
            matching=len(sieve),
            is_lower_bound=not scanned.is_whole or is_partial(gathering),
            has_more=has_more,
            next_cursor=_next(query, gathering, number, behind) if has_more else None,
        )


async def _leave_out_silent(gathering: Gathering) -> None:
    """Find out which nodes fail while there is a queue anyway.

    Else every search in it would wait for the same silent node, one after the other.
    """
    await gathering.each(lambda source: gathering.reader.page(source, 1, 1), gathering.sources)


def is_partial(gathering: Gathering) -> bool:
    """Whether a node that may hold rows did not answer."""
    return any(not isinstance(error, NoQueryLogs) for error in gathering.errors.values())


def _next(query: PageQuery, gathering: Gathering, number: int, position: Position) -> str | None:
    return write_cursor(Cursor(page=number + 1, position=position, totals=gathering.totals), query)
