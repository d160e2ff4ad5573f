"""Reads rows of one node by their place, which a node knows as pages of equal size only."""

from dataclasses import dataclass
from typing import NamedTuple

from companion.technitium.calls import LOGS_QUERY

from node_proxy.domain.answer import garbled, read
from node_proxy.domain.logs.filters import Filter
from node_proxy.domain.logs.log_apps import LogApps
from node_proxy.domain.logs.query import LogApp
from node_proxy.domain.logs.rows import NodePage, Row
from node_proxy.domain.ports import PersonsNodes


class Found(NamedTuple):
    """A row and its moment, in 100 ns."""

    moment: int
    row: Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Some rows one after the other, the first of them at `place`, of `total` in the range."""

    place: int
    total: int
    rows: tuple[Found, ...]

    @property
    def end(self) -> int:
        """The place after the last row."""
        return self.place + len(self.rows)

    def cut(self, place: int, count: int) -> "Window":
        """At most `count` of the rows, from `place` on; none where it lies elsewhere."""
        skipped = place - self.place
        rows = self.rows[max(skipped, 0) : max(skipped, 0) + count] if skipped >= 0 else ()
        return Window(place=place, total=self.total, rows=rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One list of rows: those of one node, or those of one response type on it."""

    node_id: str
    response_type: str | None = None

    @property
    def label(self) -> str:
        """Its name in a cursor."""
        return f"{self.node_id}/{self.response_type or ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogReader:
    """One person's way to the rows that one search wants."""

    nodes: PersonsNodes
    apps: LogApps
    app: LogApp | None
    filter: Filter
    descending: bool

    async def window(
        self,
        source: Source,
        place: int,
        count: int,
        *,
        start: int | None = None,
        end: int | None = None,
    ) -> Window:
        """At most `count` rows from `place` on in the order of the search, in one call.

        Places are those within `start` to `end`. Past the last row there are none.

        Raises:
            NodeError: The node did not answer, or not as Technitium does.
        """
        page, size = page_around(place, count)
        return (await self.page(source, page, size, start=start, end=end)).cut(place, count)

    async def page(
        self,
        source: Source,
        page: int,
        size: int,
        *,
        start: int | None = None,
        end: int | None = None,
    ) -> Window:
        """One page as the node counts them; past the last one it answers the last one.

        Raises:
            NodeError: The node did not answer, or not as Technitium does.
        """
        params = {
            **self.filter.pushed(source.response_type),
            **self.filter.range(start, end),
            "pageNumber": str(page),
            "entriesPerPage": str(size),
            "descendingOrder": str(self.descending).lower(),
        }
        body = await self.apps.query(self.nodes, source.node_id, params, app=self.app)
        answer = read(NodePage, body, node_id=source.node_id, call=LOGS_QUERY)
        if len(answer.entries) > size or (answer.entries and answer.page_number < 1):
            raise garbled(source.node_id, LOGS_QUERY, "these are not the rows that were asked for")
        return Window(
            place=max(answer.page_number - 1, 0) * size,
            total=answer.total_entries,
            rows=_found(source, answer),
        )


def _found(source: Source, answer: NodePage) -> tuple[Found, ...]:
    try:
        return tuple(Found(row.moment, row) for row in answer.entries)
    except ValueError as error:
        raise garbled(source.node_id, LOGS_QUERY, "a timestamp is no moment") from error


def page_around(place: int, count: int) -> tuple[int, int]:
    """The number and size of the smallest page that holds `count` rows from `place` on."""
    size = max(count, 1)
    while place // size != (place + max(count, 1) - 1) // size:
        size += 1
    return place // size + 1, size
