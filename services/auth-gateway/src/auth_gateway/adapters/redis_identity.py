"""The members of the identity node's cluster in Redis, sealed: who writes there names nobody."""

from typing import Final

import msgspec
import structlog
from companion.keys import IDENTITY
from companion.sessions.seal import KeyRing, SealBroken, UnknownKey
from companion.store import store_errors
from redis.asyncio import Redis

log = structlog.get_logger(__name__)

KEPT_S: Final = 7 * 86_400
_NAME: Final = IDENTITY.encode()


class _Members(msgspec.Struct, frozen=True, kw_only=True):
    """Whose word it is, and whom it named."""

    node: str
    members: tuple[str, ...]


class RedisIdentityMembers:
    """The port `IdentityMembers`."""

    def __init__(self, redis: Redis, *, keyring: KeyRing) -> None:
        self._redis = redis
        self._keyring = keyring

    async def remember(self, node_id: str, members: tuple[str, ...]) -> None:
        plain = msgspec.msgpack.encode(_Members(node=node_id, members=members))
        with store_errors():
            await self._redis.set(IDENTITY, self._keyring.seal(plain, associated=_NAME), ex=KEPT_S)

    async def known(self, node_id: str) -> tuple[str, ...]:
        with store_errors():
            blob = await self._redis.get(IDENTITY)
        if not isinstance(blob, bytes):
            return ()
        try:
            plain = self._keyring.open(blob, associated=_NAME)
            said = msgspec.msgpack.decode(plain, type=_Members)
        except (UnknownKey, SealBroken, msgspec.DecodeError) as exc:
            log.warning("the members of the identity node's cluster cannot be read", why=str(exc))
            return ()
        # Another node may have been the identity node when it was written.
        return said.members if said.node == node_id else ()
