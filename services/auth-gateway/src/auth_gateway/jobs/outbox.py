"""Ends the Technitium tokens of sessions that are over, at every node, until each confirms.

At least once: an entry may be worked on by two replicas; ending a token that is dead already
changes nothing. What is not confirmed stays in the outbox and is given out again.
"""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

import structlog
from companion.sessions.outbox import Outbox, OutboxEntry
from companion.sessions.record import DoomedToken
from companion.store import StoreUnavailable
from companion.technitium.errors import NodeError

from auth_gateway.domain.node_patience import NodePatience
from auth_gateway.domain.ports import NodeLogins, Tally

log = structlog.get_logger(__name__)

# Technitium ends sessions by itself after at most a week without a call.
GIVEN_UP_S: Final = 7 * 24 * 3600
_ENTRIES_AT_ONCE: Final = 32
_CALLS_AT_ONCE: Final = 8
# What cannot be read may say anything of itself.
_MOST_PROBLEMS_TOLD: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often the outbox is looked at; `retry_s` is longer than ending one entry takes."""

    poll_s: float = 1.0
    retry_s: float = 15.0
    first_pause_s: float = 1.0


class OutboxJob:
    """Works on the outbox until cancelled; `kick` makes it look at once."""

    def __init__(
        self,
        *,
        outbox: Outbox,
        nodes: NodeLogins,
        node_ids: Collection[str],
        tally: Tally,
        consumer: str,
        now: Callable[[], float],
        patience: NodePatience,
        pace: Pace,
    ) -> None:
        self._outbox = outbox
        self._nodes = nodes
        self._node_ids = frozenset(node_ids)
        self._tally = tally
        self._consumer = consumer
        self._now = now
        self._patience = patience
        self._pace = pace
        self._kicked = asyncio.Event()
        self._turns = asyncio.Semaphore(_CALLS_AT_ONCE)
        self._is_ensured = False
        # Why entries could not be read, as far as it has been told: there are few reasons, and
        # each entry comes again every few seconds for a week.
        self._told: set[str] = set()

    def kick(self) -> None:
        self._kicked.set()

    async def run(self) -> None:
        """Never ends by itself; while Redis is away it waits."""
        while True:
            self._kicked.clear()
            try:
                await self._once()
            except StoreUnavailable as exc:
                log.debug("the outbox cannot be read", reason=str(exc))
            except Exception:
                log.exception("working on the outbox failed")
            await self._pause()

    async def _once(self) -> None:
        if not self._is_ensured:
            await self._outbox.ensure()
            self._is_ensured = True
        entries = await self._outbox.take(
            self._consumer, count=_ENTRIES_AT_ONCE, idle_ms=round(self._pace.retry_s * 1000)
        )
        await asyncio.gather(*(self._work_on(entry) for entry in entries))
        if len(entries) >= _ENTRIES_AT_ONCE:
            self._kicked.set()

    async def _work_on(self, entry: OutboxEntry) -> None:
        """End what can be ended now; the entry keeps the rest."""
        if self._now() - entry.added > GIVEN_UP_S:
            log.warning("tokens were given up after seven days", **_told(entry))
            await self._outbox.done(entry)
            return
        if entry.problem is not None:
            self._tell_once(entry.problem)
            return
        ended = await asyncio.gather(*(self._end(doomed) for doomed in entry.tokens))
        remaining = [doomed for doomed, done in zip(entry.tokens, ended, strict=True) if not done]
        if len(remaining) < len(entry.tokens) or not entry.tokens:
            await self._outbox.narrow(entry, remaining)

    def _tell_once(self, problem: str) -> None:
        if problem not in self._told and len(self._told) < _MOST_PROBLEMS_TOLD:
            self._told.add(problem)
            log.warning("entries of the outbox cannot be read", problem=problem)

    async def _end(self, doomed: DoomedToken) -> bool:
        """End one token; false when that has to be tried again."""
        node_id = doomed.node_id
        if node_id not in self._node_ids:
            log.warning("a token of a node that is no longer configured is given up", node=node_id)
            return True
        async with self._turns:
            if not self._patience.may_ask(node_id):
                return False
            try:
                await self._nodes.logout(doomed)
            except NodeError as exc:
                self._patience.failed(node_id)
                log.info("a token could not be ended yet", node=node_id, reason=exc.message)
                return False
        self._patience.answered(node_id)
        self._tally.tokens_ended(1)
        return True

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(self._pace.poll_s):
                await self._kicked.wait()
        except TimeoutError:
            return


def _told(entry: OutboxEntry) -> dict[str, object]:
    return {"nodes": sorted({doomed.node_id for doomed in entry.tokens}), "problem": entry.problem}
