"""Follows the log of one node: each row once, in the order in which the node wrote them.

Every look begins one row before what is new. If that row is not the last one seen, rows were
dropped or lost on the node; then it goes on behind the last moment it saw, and says so.
"""

from collections import deque
from dataclasses import dataclass
from itertools import islice
from typing import Final

from msgspec.structs import replace

from node_proxy.domain.logs.moment import SECOND
from node_proxy.domain.logs.rows import Row
from node_proxy.domain.logs.tail_point import TailPoint
from node_proxy.domain.logs.windows import Found, LogReader, Source, Window

BATCH: Final = 500
"""Rows of one look; what is more comes with the next one, at once."""
MOST_BEHIND: Final = 5_000
"""Rows that a reader may lag behind a node; with more it leaves out the older ones."""
LATE: Final = 60 * SECOND
"""How much later than it was answered a query may be written down and still be seen."""
_OFTEN: Final = 2 * LATE
_MOST_MOMENTS: Final = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one look at a node found.

    Attributes:
        rows: New rows.
        left_out: How many rows before them were left out, since the reader is too slow; None if
            the node lost or dropped rows, and nobody knows how many.
        is_last: Whether there was no more.
    """

    rows: tuple[Found, ...]
    left_out: int | None = 0
    is_last: bool = True


class Follower:
    """The state of following one node; `point` says how far it has come."""

    def __init__(self, reader: LogReader, source: Source, point: TailPoint | None = None) -> None:
        self._reader = reader
        self._source = source
        self._point = point
        # Moments of rows seen since `point.start`, as far as they are newer than `_floor`.
        self._moments: deque[int] = deque()
        self._floor = point.last if point else None
        self._last: Row | None = None

    @property
    def point(self) -> TailPoint | None:
        """How far it has come; None before the first look."""
        return self._point

    def with_reader(self, reader: LogReader) -> None:
        """Go on as a person who has signed in to the node again."""
        self._reader = reader

    async def begin(self, backlog: int) -> None:
        """Begin at the newest row, or `backlog` rows before it.

        Raises:
            NodeError: The node did not answer.
        """
        newest = await self._reader_backwards().page(self._source, 1, max(backlog, 1))
        rows = newest.rows[:backlog]
        if not newest.rows:
            self._set(TailPoint())
            return
        last = newest.rows[0].moment
        start = min(last - LATE, rows[-1].moment if rows else last)
        counted = await self._reader.window(self._source, 0, 1, start=start)
        self._set(TailPoint(start, max(counted.total - len(rows), 0), last))

    async def look(self) -> Look:
        """The rows that were written since the last look.

        Raises:
            NodeError: The node did not answer; the next look goes on where this one was.
        """
        point = self._point
        if point is None:
            await self.begin(0)
            return Look(rows=())
        seen = 1 if self._last is not None and point.count else 0
        window = await self._read(point, point.count - seen)
        if window.total < point.count or (seen and not self._is_last(window.rows[:1])):
            await self._resume_behind_last(point)
            return Look(rows=(), left_out=None, is_last=False)
        if window.total - point.count > MOST_BEHIND:
            return await self._skip(point, window.total - BATCH - 1)
        self._take(window.rows[seen:])
        return Look(rows=window.rows[seen:], is_last=window.end >= window.total)

    async def _read(self, point: TailPoint, place: int) -> Window:
        return await self._reader.window(self._source, place, BATCH + 1, start=point.start)

    async def _skip(self, point: TailPoint, place: int) -> Look:
        """Go on behind the row at `place`, the last one that is left out."""
        window = await self._read(point, place)
        if not window.rows:
            return Look(rows=(), is_last=False)
        moment, row = window.rows[0]
        self._set(TailPoint(point.start, place + 1, moment))
        self._last = row
        self._take(window.rows[1:])
        return Look(
            rows=window.rows[1:],
            left_out=place + 1 - point.count,
            is_last=window.end >= window.total,
        )

    def _is_last(self, rows: tuple[Found, ...]) -> bool:
        """Whether this is the last row that was seen; its number is one of the range alone."""
        if not rows or self._last is None:
            return False
        return replace(rows[0].row, row_number=0) == replace(self._last, row_number=0)

    def _take(self, rows: tuple[Found, ...]) -> None:
        point = self._point or TailPoint()
        if not rows:
            return
        self._moments.extend(found.moment for found in rows)
        self._last = rows[-1].row
        newest = max(rows[-1].moment, point.last or rows[-1].moment)
        self._point = TailPoint(point.start, point.count + len(rows), newest)
        self._move_start()

    def _move_start(self) -> None:
        """Count from a later moment, once the present one is old or many rows lie behind it."""
        point = self._point
        if point is None or point.last is None:
            return
        start = point.last - LATE
        if len(self._moments) > _MOST_MOMENTS:
            middle = next(islice(self._moments, _MOST_MOMENTS // 2, None))
            start = max(start, middle)
        elif point.start is not None and point.last - point.start < _OFTEN:
            return
        # What was seen before this one looked is not counted again.
        if self._floor is not None and start <= self._floor + SECOND:
            return
        if point.start is not None and start <= point.start:
            return
        self._moments = deque(moment for moment in self._moments if moment >= start)
        self._point = TailPoint(start, len(self._moments), point.last)

    async def _resume_behind_last(self, point: TailPoint) -> None:
        """Rows are gone: go on behind those of the last moment that was seen."""
        if point.last is None:
            self._set(TailPoint())
            return
        alike = sum(1 for moment in self._moments if moment == point.last) or 1
        window = await self._reader.window(self._source, 0, alike, start=point.last)
        left = sum(1 for found in window.rows if found.moment == point.last)
        self._set(TailPoint(point.last, left, point.last))

    def _set(self, point: TailPoint) -> None:
        self._point, self._floor, self._last = point, point.last, None
        self._moments.clear()

    def _reader_backwards(self) -> LogReader:
        reader = self._reader
        return LogReader(
            nodes=reader.nodes,
            apps=reader.apps,
            app=reader.app,
            filter=reader.filter,
            descending=not reader.descending,
        )
