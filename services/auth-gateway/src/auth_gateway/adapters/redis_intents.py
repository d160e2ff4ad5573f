"""Login intents in Redis, open until their outcome is settled, whatever happens to a process."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from companion.keys import GATEWAYS_PREFIX, INTENTS, INTENTS_PREFIX, TIMEOUTS_PREFIX
from companion.sessions.scripts import Script
from companion.sessions.seal import Pepper
from companion.store import store_errors
from redis.asyncio import Redis

from auth_gateway.adapters.people import people
from auth_gateway.domain.intents import Intent, OpenIntents, is_over
from auth_gateway.domain.ports import Try

# A process that has not said for so long that it lives is taken for dead.
ALIVE_S: Final = 5
# Longer than any intent stays open.
_NAMES_KEPT_S: Final = 15 * 86_400
_TIMEOUTS_KEPT_S: Final = 30 * 86_400
# In no part of a member.
_BETWEEN: Final = "|"

# KEYS: intents, those of the name, the process. ARGV: milliseconds until they are overdue, how
# long names are kept, how long the process counts as alive, the intents.
# Twice: the same members, a moment later.
_OPEN = Script(
    """
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
for i = 4, #ARGV do
  redis.call('ZADD', KEYS[1], now + tonumber(ARGV[1]), ARGV[i])
  redis.call('SADD', KEYS[2], ARGV[i])
end
redis.call('EXPIRE', KEYS[2], ARGV[2])
redis.call('SET', KEYS[3], '1', 'EX', ARGV[3])
"""
)


class RedisIntents:
    """The port `Intents`, and what the jobs do for it; fails closed.

    `owner` names this process, `pending_s` is how long it works on a sign-in at most.
    """

    def __init__(self, redis: Redis, *, pepper: Pepper, owner: str, pending_s: float) -> None:
        self._redis = redis
        self._pepper = pepper
        self._owner = owner
        self._pending_s = pending_s

    async def open(self, one: Try, node_ids: Sequence[str]) -> Mapping[str, Intent]:
        person = people(self._pepper, one.name)[0]
        intents = {
            node_id: Intent(
                person=person,
                network=one.network,
                sign_in_id=one.id,
                owner=self._owner,
                node_id=node_id,
            )
            for node_id in node_ids
        }
        args: list[str | float] = [round(self._pending_s * 1000), _NAMES_KEPT_S, ALIVE_S]
        args += [_member(intent) for intent in intents.values()]
        keys = [INTENTS, _of_person(person), self._presence]
        with store_errors():
            await _OPEN.run(self._redis, keys=keys, args=args)
        return intents

    async def close(self, intents: Sequence[Intent]) -> None:
        if not intents:
            return
        with store_errors():
            async with self._redis.pipeline() as pipeline:
                for intent in intents:
                    pipeline.zrem(INTENTS, _member(intent))
                    pipeline.srem(_of_person(intent.person), _member(intent))
                await pipeline.execute()

    async def of(self, name: str) -> OpenIntents:
        members: list[bytes] = []
        with store_errors():
            for person in people(self._pepper, name):
                found: Any = await self._redis.smembers(_of_person(person))
                members += found
        return await self._judged(members)

    async def of_all(self) -> OpenIntents:
        """The open intents of all people."""
        with store_errors():
            members: Any = await self._redis.zrange(INTENTS, 0, -1)
        return await self._judged(members)

    async def learn_timeout(self, name: str, node_id: str, timeout_s: int) -> None:
        key = f"{TIMEOUTS_PREFIX}{people(self._pepper, name)[0]}"
        with store_errors():
            async with self._redis.pipeline() as pipeline:
                pipeline.hset(key, node_id, str(timeout_s))
                pipeline.expire(key, _TIMEOUTS_KEPT_S)
                await pipeline.execute()

    async def beat(self) -> None:
        """Say that this process lives."""
        with store_errors():
            await self._redis.set(self._presence, "1", ex=ALIVE_S)

    async def leave(self) -> None:
        """Say that this process works on nothing any more."""
        with store_errors():
            await self._redis.delete(self._presence)

    async def drop(self) -> int:
        """Forget the intents whose nodes have ended by themselves what they may have begun."""
        with store_errors():
            now = _now(await self._redis.time())
            found: Any = await self._redis.zrangebyscore(INTENTS, "-inf", now, withscores=True)
            if not found:
                return 0
            intents = [_intent(member) for member, _ in found]
            async with self._redis.pipeline(transaction=False) as pipeline:
                for intent in intents:
                    pipeline.hget(f"{TIMEOUTS_PREFIX}{intent.person}", intent.node_id)
                timeouts = await pipeline.execute()
        over = [
            intent
            for intent, (_, until), timeout in zip(intents, found, timeouts, strict=True)
            if is_over(until=until / 1000, now=now / 1000, timeout_s=_number(timeout))
        ]
        await self.close(over)
        return len(over)

    async def _judged(self, members: Sequence[bytes]) -> OpenIntents:
        """Tell who still works on what; what is settled by now is left out."""
        if not members:
            return OpenIntents()
        intents = [_intent(member) for member in members]
        owners = sorted({intent.owner for intent in intents})
        with store_errors():
            async with self._redis.pipeline(transaction=False) as pipeline:
                pipeline.zmscore(INTENTS, [_member(intent) for intent in intents])
                pipeline.mget([f"{GATEWAYS_PREFIX}{owner}" for owner in owners])
                pipeline.time()
                until_of_each, lives, time = await pipeline.execute()
        alive = {owner for owner, life in zip(owners, lives, strict=True) if life is not None}
        open_ = [each for each in zip(intents, until_of_each, strict=True) if each[1] is not None]
        lively = [(intent, until) for intent, until in open_ if intent.owner in alive]
        return OpenIntents(
            orphaned=tuple(intent for intent, _ in open_ if intent.owner not in alive),
            overdue=tuple(intent for intent, until in lively if until <= _now(time)),
            under_way=tuple(intent for intent, until in lively if until > _now(time)),
        )

    @property
    def _presence(self) -> str:
        return f"{GATEWAYS_PREFIX}{self._owner}"


def _of_person(person: str) -> str:
    return f"{INTENTS_PREFIX}{person}"


def _member(intent: Intent) -> str:
    parts = (intent.person, intent.sign_in_id, intent.owner, intent.node_id, intent.network)
    return _BETWEEN.join(parts)


def _intent(member: bytes) -> Intent:
    person, sign_in_id, owner, node_id, network = member.decode().split(_BETWEEN)
    return Intent(
        person=person, network=network, sign_in_id=sign_in_id, owner=owner, node_id=node_id
    )


def _now(time: tuple[int, int]) -> float:
    """Milliseconds of Redis."""
    return time[0] * 1000 + time[1] // 1000


def _number(text: bytes | None) -> int | None:
    return int(text) if text is not None and text.isdigit() else None
