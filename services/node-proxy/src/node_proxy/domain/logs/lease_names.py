"""Names of clients from DHCP leases, for the eyes of the person who may see those leases.

A list of leases is asked for at most once a minute for each person and node, beside the logs and
never instead of them: without the right to see leases, or without an answer soon, there are none.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from companion.sessions.errors import SessionInvalid
from companion.store import StoreUnavailable
from companion.technitium.calls import LEASES_LIST
from companion.technitium.errors import NodeError

from node_proxy.domain.answer import ask
from node_proxy.domain.leases import LeasesList
from node_proxy.domain.logs.filters import Names
from node_proxy.domain.ports import PersonsNodes

KEPT_S: Final = 60.0
WAIT_S: Final = 1.0
"""Names are a convenience; whoever looks at logs does not wait long for them."""
MOST_LISTS: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class _List:
    asked_at: float
    names: dict[str, str]


class LeaseNames:
    """Keeps lists of names by person and node, for a minute each and not more than some."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lists: dict[tuple[str, str], _List] = {}
        self._asking: set[asyncio.Task[None]] = set()

    async def aclose(self) -> None:
        """Wait for no list any more."""
        asking = [*self._asking]
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)

    async def refresh(self, nodes: PersonsNodes, node_ids: Iterable[str]) -> None:
        """Ask the nodes whose list is older than a minute; takes a second at most.

        A list that takes longer is there the next time.
        """
        now = self._monotonic()
        stale = [each for each in node_ids if self._is_stale((nodes.owner, each), now)]
        if not stale:
            return
        for node_id in stale:
            # Also what does not come is not asked for again within the minute.
            self._keep((nodes.owner, node_id), _List(asked_at=now, names={}))
        asking = [asyncio.create_task(self._ask(nodes, each, now)) for each in stale]
        for task in asking:
            self._asking.add(task)
            task.add_done_callback(self._asking.discard)
        await asyncio.wait(asking, timeout=WAIT_S)

    def of(self, nodes: PersonsNodes) -> Names:
        """The names that this person knows, from all of the nodes."""
        lists = [kept.names for (owner, _), kept in self._lists.items() if owner == nodes.owner]

        def name(address: str) -> str | None:
            return next((names[address] for names in lists if address in names), None)

        return name

    async def _ask(self, nodes: PersonsNodes, node_id: str, now: float) -> None:
        try:
            found = await ask(nodes, node_id, LEASES_LIST, LeasesList)
        except (NodeError, SessionInvalid, StoreUnavailable):
            return
        self._keep((nodes.owner, node_id), _List(asked_at=now, names=_names(found)))

    def _is_stale(self, key: tuple[str, str], now: float) -> bool:
        kept = self._lists.get(key)
        return kept is None or now - kept.asked_at >= KEPT_S

    def _keep(self, key: tuple[str, str], kept: _List) -> None:
        self._lists.pop(key, None)
        self._lists[key] = kept
        # The oldest come first, since each is put at the end anew.
        for old, each in list(self._lists.items()):
            if len(self._lists) <= MOST_LISTS and kept.asked_at - each.asked_at < KEPT_S:
                break
            del self._lists[old]


def _names(found: LeasesList) -> dict[str, str]:
    return {lease.address: name for lease in found.taken() if (name := lease.shown_name)}
