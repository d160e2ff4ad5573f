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
from companion.technitium.errors import NodeError, NodePermissionDenied

from node_proxy.domain.answer import ask
from node_proxy.domain.leases import LeasesList
from node_proxy.domain.logs.filters import Names
from node_proxy.domain.ports import PersonsNodes

KEPT_S: Final = 60.0
WAIT_S: Final = 1.0
"""Names are a convenience; whoever looks at logs does not wait long for them."""
SEARCH_WAIT_S: Final = 5.0
"""Who searches by a name waits as long as a node may take: without names nothing is found."""
MOST_LISTS: Final = 500

_Key = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _List:
    """Names of one node for one person; while it is asked for, those of the minute before."""

    asked_at: float
    names: dict[str, str]
    is_missing: bool


class LeaseNames:
    """Keeps lists of names by person and node, for a minute each and not more than some."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lists: dict[_Key, _List] = {}
        self._asking: dict[_Key, asyncio.Task[None]] = {}

    async def aclose(self) -> None:
        """Wait for no list any more."""
        asking = [*self._asking.values()]
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)

    async def refresh(
        self, nodes: PersonsNodes, node_ids: Iterable[str], *, wait_s: float = WAIT_S
    ) -> None:
        """Ask the nodes whose list is older than a minute; takes `wait_s` at most.

        Whoever comes while a list is asked for waits for it too, until so much time has passed
        since it was. One that takes longer is there the next time.
        """
        now = self._monotonic()
        keys = [(nodes.owner, node_id) for node_id in node_ids]
        for key in keys:
            if key not in self._asking and self._is_stale(key, now):
                self._begin(nodes, key, now)
        asking = {key: task for key in keys if (task := self._asking.get(key))}
        if asking:
            since = [kept.asked_at for key in asking if (kept := self._lists.get(key))]
            left_s = max(since, default=now) + wait_s - now
            await asyncio.wait(asking.values(), timeout=max(left_s, 0.0))

    def are_missing(self, nodes: PersonsNodes) -> bool:
        """Whether a node that may know more names has not told them to this person."""
        return any(
            kept.is_missing for (owner, _), kept in self._lists.items() if owner == nodes.owner
        )

    def of(self, nodes: PersonsNodes) -> Names:
        """The names that this person knows, from all of the nodes."""
        lists = [kept.names for (owner, _), kept in self._lists.items() if owner == nodes.owner]

        def name(address: str) -> str | None:
            return next((names[address] for names in lists if address in names), None)

        return name

    def _begin(self, nodes: PersonsNodes, key: _Key, now: float) -> None:
        before = self._lists.get(key)
        # Also what does not come is not asked for again within the minute.
        self._keep(
            key, _List(asked_at=now, names=before.names if before else {}, is_missing=not before)
        )
        task = asyncio.create_task(self._ask(nodes, key, now))
        self._asking[key] = task
        task.add_done_callback(lambda _: self._asking.pop(key, None))

    async def _ask(self, nodes: PersonsNodes, key: _Key, now: float) -> None:
        names, is_missing = {}, False
        try:
            names = _names(await ask(nodes, key[1], LEASES_LIST, LeasesList))
        except (NodePermissionDenied, SessionInvalid):
            # Nothing is kept from this person that could be had.
            pass
        except (NodeError, StoreUnavailable):
            is_missing = True
        self._keep(key, _List(asked_at=now, names=names, is_missing=is_missing))

    def _is_stale(self, key: _Key, now: float) -> bool:
        kept = self._lists.get(key)
        return kept is None or now - kept.asked_at >= KEPT_S

    def _keep(self, key: _Key, kept: _List) -> None:
        self._lists.pop(key, None)
        self._lists[key] = kept
        # The oldest come first, since each is put at the end anew.
        for old, each in list(self._lists.items()):
            # Those of the minute before are good until the new ones come.
            is_old = kept.asked_at - each.asked_at >= 2 * KEPT_S
            if len(self._lists) <= MOST_LISTS and not is_old:
                break
            del self._lists[old]


def _names(found: LeasesList) -> dict[str, str]:
    return {lease.address: name for lease in found.taken() if (name := lease.shown_name)}
