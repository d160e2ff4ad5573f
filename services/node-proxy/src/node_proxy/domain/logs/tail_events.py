"""Everything a live tail tells: rows as they are written, and what kept a node from telling.

Each node is looked at by itself, so a slow one delays nobody else's rows. A reader that does not
keep up makes the looks rarer, never the memory larger; what lies too far behind then is left out,
and told as a number.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from companion.nodes import NodeConfig
from companion.store import StoreUnavailable
from companion.technitium.errors import NodeError, NodeSessionExpired, NodeSignedOut

from node_proxy.domain.logs.follower import Follower, Look
from node_proxy.domain.logs.query import Search
from node_proxy.domain.logs.rows import log_entry
from node_proxy.domain.logs.service import Logs
from node_proxy.domain.logs.tail_point import TailPoint, event_id
from node_proxy.domain.logs.tail_shapes import (
    Entries,
    Gap,
    NodeNews,
    Opened,
    TailEvent,
    node_news,
)
from node_proxy.domain.logs.windows import Source
from node_proxy.domain.node_entry import entry_word
from node_proxy.domain.ports import PersonsNodes

POLL_S: Final = 1.0
RETRY_S: Final = 2.0
"""After a node did not answer; when it is back, nothing of what it wrote is missing."""
RARELY_S: Final = 10.0
"""Where another look will most likely say the same: a right is missing, or there is no app."""
_QUEUED: Final = 4


class _Told(NamedTuple):
    """What one node has to tell, and how far it has been followed then."""

    node_id: str
    event: TailEvent | None
    point: TailPoint | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tail:
    """One person's live tail.

    Attributes:
        fresh_nodes: The same person's nodes again, for when they have signed in to one.
        backlog: How many rows of each node to begin with.
        points: Where to go on, of a stream that was cut.
        poll_s: Seconds between two looks at a node that has nothing new.
    """

    logs: Logs
    search: Search
    configs: Mapping[str, NodeConfig]
    nodes: PersonsNodes
    fresh_nodes: Callable[[], Awaitable[PersonsNodes]]
    backlog: int
    points: Mapping[str, TailPoint]
    poll_s: float = POLL_S

    async def events(self) -> AsyncGenerator[TailEvent]:
        """Events without end.

        Raises:
            SessionInvalid: A node's answer has shown that the session is over.
        """
        queue: _Queue = asyncio.Queue(maxsize=_QUEUED)
        tasks = [
            asyncio.create_task(self._follow(node_id, queue), name=f"tail of {node_id}")
            for node_id in self.search.node_ids
        ]
        opened = Opened(node_ids=list(self.search.node_ids), poll_ms=round(self.poll_s * 1000))
        # An id says what was given out before it, never what still waits to be.
        given = {node_id: self.points[node_id] for node_id in self._resumed}
        try:
            yield TailEvent(kind="open", data=opened)
            async with aclosing(_until_one_ends(queue, tasks)) as told:
                async for node_id, event, point in told:
                    if point is not None:
                        given[node_id] = point
                    yield replace(
                        event or TailEvent(kind="point"), id=event_id(given) if point else None
                    )
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    @property
    def _resumed(self) -> list[str]:
        return [node_id for node_id in self.search.node_ids if node_id in self.points]

    async def _follow(self, node_id: str, queue: "_Queue") -> None:
        nodes, state = self.nodes, None
        source = Source(node_id=node_id, response_type=self.search.filter.response_type)
        reader = self.logs.reader(nodes, self.search)
        follower = Follower(reader, source, self.points.get(node_id))
        while True:
            try:
                if follower.point is None:
                    await follower.begin(self.backlog)
                before = follower.point
                look = await follower.look()
            except NodeError as error:
                if entry_word(error) != state:
                    state = entry_word(error)
                    news = TailEvent(kind="node", data=node_news(node_id, error))
                    await queue.put(_Told(node_id, news, None))
                await asyncio.sleep(_pause_s(error, self.poll_s))
                nodes = await self._nodes_after(error, nodes)
                follower.with_reader(self.logs.reader(nodes, self.search))
                continue
            if state != "ok":
                state = "ok"
                news = TailEvent(kind="node", data=NodeNews(node_id=node_id, state="ok"))
                # From here on nothing of this node is missed, also if it writes nothing for long.
                await queue.put(_Told(node_id, news, before))
            await self._tell(node_id, look, follower.point, nodes, queue)
            if look.is_last:
                await asyncio.sleep(self.poll_s)

    async def _tell(
        self,
        node_id: str,
        look: Look,
        point: TailPoint | None,
        nodes: PersonsNodes,
        queue: "_Queue",
    ) -> None:
        if look.left_out != 0:
            gap = TailEvent(kind="gap", data=Gap(node_id=node_id, rows=look.left_out))
            await queue.put(_Told(node_id, gap, None))
        if not look.rows:
            return
        # A client of one node may have its lease from another.
        await self.logs.names.refresh(nodes, self.configs)
        names, wanted = self.logs.names.of(nodes), self.search.filter
        entries = [
            log_entry(row, names(row.client_ip_address), self.configs[node_id])
            for _, row in look.rows
            if wanted.has_status(row) and wanted.keeps(row, names)
        ]
        event = TailEvent(kind="entries", data=Entries(node_id=node_id, entries=entries))
        await queue.put(_Told(node_id, event if entries else None, point))

    async def _nodes_after(self, error: NodeError, nodes: PersonsNodes) -> PersonsNodes:
        """The person's nodes anew if they may have signed in to one meanwhile."""
        if not isinstance(error, NodeSignedOut | NodeSessionExpired):
            return nodes
        try:
            return await self.fresh_nodes()
        except StoreUnavailable:
            return nodes


_Queue = asyncio.Queue[_Told]


async def _until_one_ends(queue: _Queue, tasks: list[asyncio.Task[None]]) -> AsyncGenerator[_Told]:
    """What all tasks tell; none of which ends but by an error, which is raised."""
    while True:
        getting = asyncio.create_task(queue.get())
        try:
            await asyncio.wait([getting, *tasks], return_when=asyncio.FIRST_COMPLETED)
        finally:
            if not getting.done():
                getting.cancel()
        for task in tasks:
            if task.done():
                task.result()
        if getting.done() and not getting.cancelled():
            yield getting.result()


def _pause_s(error: NodeError, poll_s: float) -> float:
    rarely = entry_word(error) in ("denied", "no_query_logs")
    return (RARELY_S if rarely else RETRY_S) * poll_s
