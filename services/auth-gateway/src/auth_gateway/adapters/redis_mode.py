"""The mode of the running stack, which the gateway publishes and the other services compare.

It is lent, not left behind: what the gateways of a stopped stack said is gone after a minute, so
that a stack that starts in another mode waits for nobody, whatever is started first.
"""

import asyncio
from typing import Final

import structlog
from companion.health import mode_check
from companion.keys import MODE, MODE_KEPT_S
from companion.store import StoreUnavailable, store_errors
from redis.asyncio import Redis

RENEW_S: Final = 20.0

log = structlog.get_logger(__name__)


class RedisMode:
    """Publishes this gateway's mode once it can, renews it, and says it again where it was lost."""

    def __init__(self, redis: Redis, own: str) -> None:
        self._redis = redis
        self._own = own
        self._is_published = False

    async def publish(self) -> None:
        """At first whatever stands there is replaced; later only a missing mode is written.

        So the gateway that was started last decides, and a contradiction between two that run
        stays visible.

        Raises:
            StoreUnavailable: Redis does not answer.
        """
        with store_errors():
            written = await self._redis.set(MODE, self._own, nx=self._is_published, ex=MODE_KEPT_S)
            # Between the two commands another gateway may have written its own: then that is what
            # lives a minute longer, as it would have anyway.
            if not written and await self._stands() == self._own:
                await self._redis.expire(MODE, MODE_KEPT_S)
        self._is_published = True

    async def keep(self, *, every_s: float = RENEW_S) -> None:
        """Publish now and again and again, until cancelled."""
        while True:
            try:
                await self.publish()
            except StoreUnavailable as exc:
                log.debug("the mode cannot be told", reason=str(exc))
            await asyncio.sleep(every_s)

    async def check(self) -> None:
        """For readiness: publish what is missing, and compare.

        Raises:
            NotReady: A gateway of another mode runs beside this one.
            StoreUnavailable: Redis does not answer.
        """
        await self.publish()
        await mode_check(self._redis, self._own)()

    async def _stands(self) -> str | None:
        value = await self._redis.get(MODE)
        return value.decode() if isinstance(value, bytes) else value
