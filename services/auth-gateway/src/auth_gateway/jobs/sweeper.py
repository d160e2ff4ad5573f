"""Ends sessions that have passed a limit while nobody asked for them."""

from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from auth_gateway.domain.ports import Kick, Tally
from auth_gateway.jobs.repeating import repeat

log = structlog.get_logger(__name__)

_AT_ONCE: Final = 100
EVERY_S: Final = 30.0


class SweeperJob:
    """Sweeps until cancelled. Any number of replicas may sweep at a time.

    `sweep` ends up to so many sessions and says how many it ended.
    """

    def __init__(
        self,
        *,
        sweep: Callable[[int], Awaitable[int]],
        tally: Tally,
        kick: Kick,
        every_s: float = EVERY_S,
    ) -> None:
        self._sweep = sweep
        self._tally = tally
        self._kick = kick
        self._every_s = every_s

    async def run(self) -> None:
        """Never ends by itself; while Redis is away it waits."""
        await repeat(self._once, every_s=self._every_s, job="sweep sessions")

    async def _once(self) -> None:
        while ended := await self._sweep(_AT_ONCE):
            log.info("sessions passed their limit", count=ended)
            self._tally.sessions_swept(ended)
            self._kick()
