"""Says that this gateway lives, and looks after the sign-ins of those that do no more.

The gauge is how many sessions of nodes nobody holds: 0 when all is well.
"""

from collections.abc import Awaitable, Callable
from typing import Final, Protocol

import structlog

from auth_gateway.domain.intents import Intent, OpenIntents
from auth_gateway.domain.ports import Tally
from auth_gateway.jobs.repeating import repeat

log = structlog.get_logger(__name__)

# Well below the time after which a silent process is taken for dead.
EVERY_S: Final = 1.0


class AllIntents(Protocol):
    """The login intents of all people. Raises StoreUnavailable."""

    async def beat(self) -> None:
        """Say that this process lives."""
        ...

    async def of_all(self) -> OpenIntents:
        """Those that are open now."""
        ...

    async def drop(self) -> int:
        """Forget those that nodes have seen to by themselves; says how many."""
        ...


class GhostsJob:
    """Runs until cancelled, in every replica.

    `unheard` takes in, as often as it is told, that nobody will learn what came of a sign-in;
    `depth` is that of the outbox.
    """

    def __init__(
        self,
        *,
        intents: AllIntents,
        unheard: Callable[[Intent], Awaitable[None]],
        depth: Callable[[], Awaitable[int]],
        tally: Tally,
        every_s: float = EVERY_S,
    ) -> None:
        self._intents = intents
        self._unheard = unheard
        self._depth = depth
        self._tally = tally
        self._every_s = every_s
        self._told: frozenset[Intent] = frozenset()

    async def run(self) -> None:
        """Never ends by itself; while Redis is away it waits."""
        await repeat(self._once, every_s=self._every_s, job="look for ghost sessions")

    async def _once(self) -> None:
        await self._intents.beat()
        dropped = await self._intents.drop()
        if dropped:
            log.warning("sessions of interrupted sign-ins have idled out", count=dropped)
        found = await self._intents.of_all()
        self._tally.ghost_sessions(await self._depth() + len(found.abandoned))
        orphaned = frozenset(found.orphaned)
        for intent in orphaned - self._told:
            log.warning("a sign-in was interrupted", node=intent.node_id, sign_in=intent.sign_in_id)
            await self._unheard(intent)
        self._told = orphaned
