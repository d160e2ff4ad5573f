"""The state of the background token, as ptr-worker writes it to Redis."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec
import structlog
from companion.keys import BACKGROUND_TOKEN
from companion.store import store_errors
from redis.asyncio import Redis

log = structlog.get_logger(__name__)

# The worker writes every 20 s, so what was read up to a second ago is as good, and nearly every
# request is spared a round trip.
_KEPT_S: Final = 1.0


class RedisBackgroundState:
    """Reads the state; None when the worker has not written for a minute."""

    def __init__(self, redis: Redis, *, monotonic: Callable[[], float]) -> None:
        self._redis = redis
        self._monotonic = monotonic
        self._read_at = float("-inf")
        self._last: Mapping[str, Any] | None = None

    async def recent(self) -> Mapping[str, Any] | None:
        """The state as of at most a second ago; raises StoreUnavailable."""
        if self._monotonic() - self._read_at < _KEPT_S:
            return self._last
        return await self.now()

    async def now(self) -> Mapping[str, Any] | None:
        """The state as Redis has it at this moment; raises StoreUnavailable."""
        began = self._monotonic()
        with store_errors():
            text = await self._redis.get(BACKGROUND_TOKEN)
        self._last, self._read_at = _decoded(text), began
        return self._last


def _decoded(text: bytes | str | None) -> Mapping[str, Any] | None:
    if text is None:
        return None
    try:
        return msgspec.json.decode(text, type=dict[str, Any])
    # A ValueError: bytes that are no UTF-8 are not msgspec's own error.
    except (ValueError, RecursionError):
        log.warning("the state of the background token in Redis cannot be read")
        return None
