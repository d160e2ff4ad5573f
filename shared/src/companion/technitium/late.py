"""Logins that a caller no longer waits for, though the node may still accept them.

A token that nobody took would live on at the node. So a request whose deadline has passed, or
whose caller went away, is awaited a while longer, and its answer handed to whoever ends tokens
and counts failures.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from companion.technitium.login import LoginAnswer

OnLate = Callable[[LoginAnswer], Awaitable[None]]

LATE_S = 30.0
# How long the pool waits at its end for tokens that are just being handed over.
HAND_OVER_S = 5.0

logger = logging.getLogger(__name__)


class LateLogins:
    """Owns the requests nobody waits for any more; `aclose` ends them."""

    def __init__(self, *, late_s: float = LATE_S, hand_over_s: float = HAND_OVER_S) -> None:
        self._late_s = late_s
        self._hand_over_s = hand_over_s
        self._attempts: set[asyncio.Task[LoginAnswer]] = set()
        self._keepers: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._keepers)

    def adopt(self, attempt: asyncio.Task[LoginAnswer], on_late: OnLate | None) -> None:
        """Wait `late_s` more for a login; `on_late` is awaited with the answer if one comes.

        Without `on_late` nobody could end the token, so the request is cancelled at once.
        """
        if on_late is None:
            attempt.cancel()
        self._attempts.add(attempt)
        keeper = asyncio.create_task(self._keep(attempt, on_late), name="late login")
        self._keepers.add(keeper)
        keeper.add_done_callback(self._keepers.discard)

    async def aclose(self) -> None:
        """Cancel what still waits for a node; let tokens that have come be handed over."""
        for attempt in self._attempts:
            attempt.cancel()
        if not self._keepers:
            return
        _, unfinished = await asyncio.wait(set(self._keepers), timeout=self._hand_over_s)
        for keeper in unfinished:
            keeper.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)

    async def _keep(self, attempt: asyncio.Task[LoginAnswer], on_late: OnLate | None) -> None:
        try:
            answer = await self._answer(attempt)
            if on_late is not None and answer is not None:
                await on_late(answer)
        except Exception:
            logger.exception("a late login was not dealt with")
        finally:
            self._attempts.discard(attempt)

    async def _answer(self, attempt: asyncio.Task[LoginAnswer]) -> LoginAnswer | None:
        await asyncio.wait({attempt}, timeout=self._late_s)
        if not attempt.done():
            attempt.cancel()
            await asyncio.wait({attempt})
        return None if attempt.cancelled() else attempt.result()
