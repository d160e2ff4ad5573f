"""Looks after the sessions that are due, a few at a time, side by side with other replicas."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import structlog
from companion.sessions.due import Claim, DueSessions
from companion.store import StoreUnavailable

from auth_gateway.domain.upkeep import Upkeep
from auth_gateway.domain.upkeep_terms import Rhythm

log = structlog.get_logger(__name__)

_AT_ONCE: Final = 64
_LAST_WORDS_S: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class UpkeepPace:
    """The job's times in seconds.

    Attributes:
        poll_s: Between two looks for sessions that are due.
        lease_s: How long a session is this process's alone; longer than a turn takes, and what a
            killed process had begun waits so long.
        heal_s: Between two looks for sessions that are missing in the set of due ones.
        answer_s: How long a node may take to answer.
        first_pause_s: Until a node that has just failed is asked for anybody again.
    """

    poll_s: float = 1.0
    lease_s: float = 30.0
    heal_s: float = 60.0
    answer_s: float = 5.0
    first_pause_s: float = 1.0
    rhythm: Rhythm = field(default_factory=Rhythm)


class UpkeepJob:
    """Works until cancelled; what it has begun then falls to others at the end of its lease."""

    def __init__(
        self,
        *,
        due: DueSessions,
        upkeep: Upkeep,
        monotonic: Callable[[], float],
        pace: UpkeepPace,
    ) -> None:
        self._due = due
        self._upkeep = upkeep
        self._monotonic = monotonic
        self._pace = pace
        self._turns: set[asyncio.Task[None]] = set()
        self._is_freed = asyncio.Event()
        self._heal_at = float("-inf")

    async def run(self) -> None:
        """Never ends by itself; while Redis is away it waits."""
        try:
            while True:
                self._is_freed.clear()
                await self._once()
                await self._pause()
        finally:
            await self._end_turns()

    async def _once(self) -> None:
        try:
            await self._heal()
            await self._start_turns()
        except StoreUnavailable as exc:
            log.debug("sessions cannot be looked after", reason=str(exc))
        except Exception:
            log.exception("looking for sessions to look after failed")

    async def _heal(self) -> None:
        if self._monotonic() < self._heal_at:
            return
        if healed := await self._due.heal():
            log.info("sessions were put back among those that are looked after", count=healed)
        self._heal_at = self._monotonic() + self._pace.heal_s

    async def _start_turns(self) -> None:
        """Claim as many sessions as there is room for; each turn that ends makes room at once."""
        free = _AT_ONCE - len(self._turns)
        if not free:
            return
        claims = await self._due.claim(count=free, lease_s=self._pace.lease_s)
        for claim in claims:
            turn = asyncio.create_task(self._turn(claim))
            self._turns.add(turn)
            turn.add_done_callback(self._freed)

    def _freed(self, turn: asyncio.Task[None]) -> None:
        if len(self._turns) == _AT_ONCE:
            self._is_freed.set()
        self._turns.discard(turn)

    async def _turn(self, claim: Claim) -> None:
        try:
            # Never beyond the lease, when the session may be another's.
            async with asyncio.timeout(self._pace.lease_s * 0.8):
                await self._upkeep.turn(claim)
        except (StoreUnavailable, TimeoutError) as exc:
            log.debug("a session is looked after later", reason=str(exc))
        except Exception:
            log.exception("looking after a session failed")

    async def _end_turns(self) -> None:
        """Let go what is about to end anyway, and cancel what waits for a node."""
        if self._turns:
            await asyncio.wait(self._turns, timeout=_LAST_WORDS_S)
        for turn in self._turns:
            turn.cancel()
        await asyncio.gather(*self._turns, return_exceptions=True)

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(self._pace.poll_s):
                await self._is_freed.wait()
        except TimeoutError:
            return
