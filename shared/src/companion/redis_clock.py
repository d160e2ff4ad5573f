"""The time of Redis without asking Redis each time: what services sign and verify calls by.

Clocks of machines differ; Redis has one, and every service reaches it.
"""

from collections.abc import Callable
from typing import Final

from redis.asyncio import Redis

from companion.store import StoreUnavailable, store_time

LEARNT_FOR_S: Final = 60.0


class RedisClock:
    """Adds an offset, learnt once a minute, to a clock of this machine that never goes back."""

    def __init__(self, redis: Redis, *, monotonic: Callable[[], float]) -> None:
        self._redis = redis
        self._monotonic = monotonic
        self._offset_s: float | None = None
        self._learnt_at = 0.0

    async def now(self) -> float:
        """Epoch seconds by Redis, right to half of the time its answer took.

        While Redis is away the last offset goes on to be used: the two clocks run alike.

        Raises:
            StoreUnavailable: Redis does not answer, and never has.
        """
        age_s = self._monotonic() - self._learnt_at
        if self._offset_s is None or age_s >= LEARNT_FOR_S:
            try:
                self._offset_s = await self._learn()
            except StoreUnavailable:
                if self._offset_s is None:
                    raise
        return self._monotonic() + self._offset_s

    async def _learn(self) -> float:
        before = self._monotonic()
        told = await store_time(self._redis)
        self._learnt_at = self._monotonic()
        return told - (before + self._learnt_at) / 2
