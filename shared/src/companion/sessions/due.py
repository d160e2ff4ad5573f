"""Which sessions are to be looked after next, shared by all replicas, and what nodes last took.

The sorted set SESSION_DUE names sessions by the moment at which their nodes are asked next. Who
claims some moves them ahead by the length of a lease in the same step: nobody else works on them
meanwhile, and what a killed process did not finish falls due again. When a node last accepted a
token stands beside the sealed session, with the beginning of a digest of that token. Whoever can
write these times to Redis decides at most whether a refusal ends one node's session or those of
its cluster: no token is ever kept that its own node refuses. A session that was taken out of the
set, or moved far ahead in it, is brought back.
"""

import hashlib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from redis.asyncio import Redis

from companion.keys import SESSION_DEADLINES, SESSION_DUE
from companion.secret import Secret
from companion.sessions import due_scripts as scripts
from companion.sessions.store import OpenSession
from companion.store import store_errors

# No session is left alone for longer, whatever moment stands in the set.
FURTHEST_S: Final = 120.0
# Sessions that were missing in the set are spread over this long.
_SPREAD_S: Final = 60.0
_HEALED_AT_ONCE: Final = 500
_FIELD: Final = "ok:"
_TAG_CHARACTERS: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A session that this process looks after for the length of a lease.

    Attributes:
        key: Its Redis key.
        until: The end of the lease as it stands in the set: by it the claim is known again.
    """

    key: str
    until: str


class DueSessions:
    """The due sessions of the stack. All methods raise StoreUnavailable."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def claim(self, *, count: int, lease_s: float) -> list[Claim]:
        """Up to `count` sessions that are due, for `lease_s` seconds nobody else's."""
        with store_errors():
            found: Any = await scripts.CLAIM.run(
                self._redis, keys=[SESSION_DUE], args=[count, lease_s]
            )
        pairs = zip(found[::2], found[1::2], strict=True)
        return [Claim(key=key.decode(), until=until.decode()) for key, until in pairs]

    async def settle(
        self, claim: Claim, *, again_in_s: float, accepted: Mapping[str, Secret]
    ) -> None:
        """Note which nodes have just accepted which tokens, and when the session is due again.

        Does nothing for a session that has ended; where somebody pulled it forward meanwhile, it
        stays there.
        """
        fields = [part for node_id, token in accepted.items() for part in _field(node_id, token)]
        with store_errors():
            await scripts.SETTLE.run(
                self._redis,
                keys=[claim.key, SESSION_DUE],
                args=[claim.until, again_in_s, *fields],
            )

    async def forget(self, claim: Claim) -> None:
        """Look after a session no more: it ended, or it is none."""
        with store_errors():
            await self._redis.zrem(SESSION_DUE, claim.key)

    async def pull(self, session: OpenSession) -> None:
        """Make a session due at once, if it has not ended."""
        with store_errors():
            await scripts.PULL.run(self._redis, keys=[session.key, SESSION_DUE])

    async def accepted(
        self, session: OpenSession, tokens: Iterable[tuple[str, Secret]]
    ) -> dict[str, float]:
        """When each node last accepted its token, epoch seconds; one not noted yet is left out."""
        wanted = dict(tokens)
        if not wanted:
            return {}
        with store_errors():
            found: Any = await self._redis.hmget(session.key, [_FIELD + one for one in wanted])
        times = {
            node_id: _time(text, token)
            for (node_id, token), text in zip(wanted.items(), found, strict=True)
        }
        return {
            # A moment yet to come was written by somebody else.
            node_id: min(moment, session.now)
            for node_id, moment in times.items()
            if moment is not None
        }

    async def heal(self) -> int:
        """Bring back sessions that are missing in the set, or stand too far ahead in it.

        Sessions of an older release were never put there.

        Returns:
            How many there were.
        """
        healed = start = 0
        while keys := await self._in_order(start):
            delays = [f"{_SPREAD_S * index / len(keys):.3f}" for index in range(len(keys))]
            with store_errors():
                healed += int(
                    await scripts.HEAL.run(
                        self._redis, keys=[SESSION_DUE, *keys], args=[FURTHEST_S, *delays]
                    )
                )
            start += len(keys)
        return healed

    async def _in_order(self, start: int) -> list[bytes]:
        with store_errors():
            found: Any = await self._redis.zrange(
                SESSION_DEADLINES, start, start + _HEALED_AT_ONCE - 1
            )
        return list(found)


def _field(node_id: str, token: Secret) -> tuple[str, str]:
    return _FIELD + node_id, _tag(token)


def _time(text: bytes | None, token: Secret) -> float | None:
    """The time that a field tells, if it tells it of that token."""
    seconds, _, tag = (text or b"").decode(errors="replace").partition(" ")
    try:
        moment = float(seconds)
    except ValueError:
        return None
    return moment if tag == _tag(token) and math.isfinite(moment) else None


def _tag(token: Secret) -> str:
    """Tells one token from the next; far too short to say anything of it."""
    return hashlib.sha256(token.reveal().encode()).hexdigest()[:_TAG_CHARACTERS]
