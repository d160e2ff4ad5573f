"""Asks the sources of one search side by side; a node that fails costs its own rows alone."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeVar

from companion.technitium.calls import LOGS_QUERY
from companion.technitium.errors import NodeError, NodeTimeout

from node_proxy.domain.fan_out import attempt, side_by_side
from node_proxy.domain.logs.windows import LogReader, Source

T = TypeVar("T")


class Gathering:
    """What came of one search at each of its nodes.

    A node that failed once is not asked again, and nothing of it is left: rows of one response
    type without those of another would look like all.
    """

    def __init__(
        self,
        reader: LogReader,
        node_ids: Sequence[str],
        *,
        monotonic: Callable[[], float],
    ) -> None:
        self.reader = reader
        self.node_ids = tuple(node_ids)
        self.errors: dict[str, NodeError] = {}
        self._monotonic = monotonic
        self._spent_s = dict.fromkeys(node_ids, 0.0)
        self._waited_s: dict[Source, float] = {}
        self._totals: dict[Source, int] = {}

    @property
    def sources(self) -> list[Source]:
        """The sources of every node that has not failed, in the order of the nodes."""
        return [
            Source(node_id=node_id, response_type=response_type)
            for node_id in self.node_ids
            if node_id not in self.errors
            for response_type in self.reader.filter.response_types()
        ]

    async def each(
        self,
        ask: Callable[[Source], Coroutine[Any, Any, T]],
        sources: Sequence[Source],
        *,
        patience_s: float | None = None,
    ) -> dict[Source, T]:
        """What each source answered; those of nodes that failed are left out.

        With `patience_s` a node fails, too, once one of its sources has taken so long in the whole
        of the search.
        """

        async def one(source: Source) -> T | NodeError:
            began = self._monotonic()
            answer = await attempt(self._patiently(ask, source, patience_s))
            took_s = self._monotonic() - began
            self._spent_s[source.node_id] = max(self._spent_s[source.node_id], took_s)
            self._waited_s[source] = self._waited_s.get(source, 0.0) + took_s
            return answer

        async with side_by_side() as group:
            tasks = {source: group.create_task(one(source)) for source in sources}
        answers: dict[Source, T] = {}
        for source, task in tasks.items():
            answer = task.result()
            if isinstance(answer, NodeError):
                self.errors.setdefault(source.node_id, answer)
            else:
                answers[source] = answer
        return {
            source: answer
            for source, answer in answers.items()
            if source.node_id not in self.errors
        }

    async def _patiently(
        self,
        ask: Callable[[Source], Coroutine[Any, Any, T]],
        source: Source,
        patience_s: float | None,
    ) -> T:
        if patience_s is None:
            return await ask(source)
        patience = asyncio.timeout(patience_s - self._waited_s.get(source, 0.0))
        try:
            async with patience:
                return await ask(source)
        except TimeoutError:
            if not patience.expired():
                raise
            raise NodeTimeout(
                source.node_id,
                f"The node took more than {patience_s:g} s for the calls of this page.",
                path=LOGS_QUERY.path,
            ) from None

    def count(self, source: Source, total: int) -> None:
        """Take note of how many rows of a source are meant."""
        self._totals[source] = total

    def total_of(self, node_id: str) -> int:
        """How many rows of a node are meant; 0 while it has not said so."""
        return sum(total for source, total in self._totals.items() if source.node_id == node_id)

    @property
    def totals(self) -> dict[str, int]:
        """The totals by the labels of their sources, of nodes that have not failed."""
        return {
            source.label: total
            for source, total in self._totals.items()
            if source.node_id not in self.errors
        }

    @property
    def total(self) -> int:
        """How many rows are meant, of all nodes that have not failed."""
        return sum(self.totals.values())

    def took_ms(self, node_id: str) -> int:
        """How long the slowest call to a node took."""
        return round(self._spent_s[node_id] * 1000)
