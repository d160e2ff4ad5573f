"""How the parts of this product are, as far as Redis tells: each renews something there.

The gateways renew the mode, ptr-worker the state of its token; what they no longer renew runs out
within a minute.
"""

from collections.abc import Awaitable
from typing import Final, Protocol

import msgspec
from companion.health import Readiness
from companion.keys import BACKGROUND_TOKEN, MODE
from companion.store import StoreUnavailable, store_errors

from node_proxy.domain.health import Part

# States of the background token in which there is nothing to mend.
_FINE: Final = frozenset({"ok", "not_configured", "checking"})
_WORKER_DOWN: Final = Part(ok=False, state="worker_down", reason="ptr-worker does not answer")
_UNREADABLE: Final = Part(ok=False, reason="What ptr-worker wrote cannot be read.")


class Store(Protocol):
    """What is needed of a Redis client."""

    def mget(self, keys: list[str]) -> Awaitable[list[bytes | str | None]]: ...


class _TokenState(msgspec.Struct, frozen=True):
    """What is read of what ptr-worker wrote."""

    state: str
    reason: str | None = None


class RedisParts:
    """The port `Parts`."""

    def __init__(self, redis: Store, readiness: Readiness) -> None:
        self._redis = redis
        self._readiness = readiness

    async def conditions(self) -> dict[str, Part]:
        own = {
            name: Part(ok=True) if reason is None else Part(ok=False, reason=reason)
            for name, reason in (await self._readiness.reasons()).items()
        }
        try:
            with store_errors():
                mode, token = await self._redis.mget([MODE, BACKGROUND_TOKEN])
        except StoreUnavailable as exc:
            unknown = Part(ok=False, reason=str(exc))
            return own | {"auth-gateway": unknown, "ptr-worker": unknown}
        return own | {"auth-gateway": _gateway(mode), "ptr-worker": _worker(token)}


def _gateway(mode: bytes | str | None) -> Part:
    if mode is None:
        return Part(ok=False, reason="No gateway has told its mode for a minute.")
    return Part(ok=True)


def _worker(written: bytes | str | None) -> Part:
    if written is None:
        return _WORKER_DOWN
    try:
        said = msgspec.json.decode(written, type=_TokenState)
    # A ValueError: bytes that are no UTF-8 are not msgspec's own error.
    except (ValueError, RecursionError):
        return _UNREADABLE
    if said.state in _FINE or said.reason is None:
        return Part(ok=said.state in _FINE, state=said.state)
    return Part(ok=False, state=said.state, reason=said.reason)
