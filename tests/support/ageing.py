"""Time that passes for sessions in Redis, since its clock cannot be moved."""

from typing import Any, Final

from companion.keys import SESSION_DEADLINES, SESSION_DUE, SESSION_PREFIX
from redis.asyncio import Redis

_TIMES: Final = (b"seen", b"deadline")
_ACCEPTED: Final = b"ok:"


async def age(redis: Redis, seconds: float) -> None:
    """Make every session as old as it would be `seconds` from now.

    What is sealed stays, and with it the absolute limit counted from the sign-in.
    """
    keys: Any = await redis.keys(f"{SESSION_PREFIX}*")
    for key in keys:
        await _age_fields(redis, key, seconds)
    for name in (SESSION_DEADLINES, SESSION_DUE):
        members: Any = await redis.zrange(name, 0, -1, withscores=True)
        for member, score in members:
            # Never one that ended at this moment.
            await redis.zadd(name, {member: score - seconds}, xx=True)


async def _age_fields(redis: Redis, key: bytes, seconds: float) -> None:
    fields: Any = await redis.hgetall(key)
    for field, value in fields.items():
        if field in _TIMES or field.startswith(_ACCEPTED):
            moment, space, tag = value.partition(b" ")
            older = f"{float(moment) - seconds:.6f}".encode()
            await redis.hset(key, field, older + space + tag)
