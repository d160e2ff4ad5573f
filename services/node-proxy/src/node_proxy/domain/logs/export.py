"""All rows of a search, one after the other, however many there are.

Of each source some rows are held at a time. A node that fails in the middle costs its own rest,
which is said at the end: a file that looks whole and is not would be worse than none.
"""

from collections import deque
from collections.abc import AsyncGenerator
from functools import partial
from typing import Final

from node_proxy.domain.logs.filters import Names
from node_proxy.domain.logs.gathering import Gathering
from node_proxy.domain.logs.position import Following, Position, following
from node_proxy.domain.logs.windows import Found, Source

CHUNK: Final = 2_000


class _Column:
    """The rows of one source that were read and not yet given out."""

    def __init__(self) -> None:
        self.rows: deque[Found] = deque()
        self.position = Position()
        self.has_more = True

    def add(self, source: Source, found: Following) -> None:
        self.rows.extend(found.rows)
        self.has_more = found.has_more and bool(found.rows)
        self.position = self.position.after([(source, each) for each in found.rows])


class Export:
    """The rows of all sources in order; which nodes failed stands in `gathering` at the end."""

    def __init__(self, gathering: Gathering, *, chunk: int = CHUNK) -> None:
        self._gathering = gathering
        self._chunk = chunk
        self._columns = {source: _Column() for source in gathering.sources}

    async def begin(self) -> None:
        """Read the first rows of each source, so that it is known who answers at all."""
        await self._fill()

    async def rows(self, names: Names) -> AsyncGenerator[list[tuple[Source, Found]]]:
        """Rows that are wanted, in order, some at a time."""
        wanted, batch = self._gathering.reader.filter, []
        while (source := self._next()) is not None:
            found = self._columns[source].rows.popleft()
            if wanted.keeps(found.row, names):
                batch.append((source, found))
            if len(batch) >= self._chunk:
                yield batch
                batch = []
            if not self._columns[source].rows:
                await self._fill()
        if batch:
            yield batch

    async def _fill(self) -> None:
        """Have at least one row of each source, where it has more."""
        empty = [
            source
            for source in self._gathering.sources
            if not self._columns[source].rows and self._columns[source].has_more
        ]
        found = await self._gathering.each(partial(self._read), empty)
        for source, each in found.items():
            self._columns[source].add(source, each)

    async def _read(self, source: Source) -> Following:
        column = self._columns[source]
        return await following(self._gathering.reader, source, column.position, self._chunk)

    def _next(self) -> Source | None:
        """The source of the next row in the merged order."""
        sign = -1 if self._gathering.reader.descending else 1
        heads = [
            (sign * column.rows[0].moment, number, source)
            for number, (source, column) in enumerate(self._columns.items())
            # Rows that a node gave before it failed are true as well.
            if column.rows
        ]
        return min(heads)[2] if heads else None
