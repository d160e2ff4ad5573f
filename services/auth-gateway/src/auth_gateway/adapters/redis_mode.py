"""The mode of the running stack, which the gateway publishes and the other services compare."""

from typing import Final

from companion.health import mode_check
from companion.keys import MODE
from companion.store import store_errors
from redis.asyncio import Redis

_SESSION: Final = "session"


class RedisMode:
    """Publishes this gateway's mode once it can, and again where Redis has lost it."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._is_published = False

    async def publish(self) -> None:
        """At first whatever stands there is replaced; later only a missing mode is written.

        So the gateway that was started last decides, and a contradiction between two that run
        stays visible.

        Raises:
            StoreUnavailable: Redis does not answer.
        """
        with store_errors():
            await self._redis.set(MODE, _SESSION, nx=self._is_published)
        self._is_published = True

    async def check(self) -> None:
        """For readiness: publish what is missing, and compare.

        Raises:
            NotReady: A gateway of another mode runs beside this one.
            StoreUnavailable: Redis does not answer.
        """
        await self.publish()
        await mode_check(self._redis, _SESSION)()
