"""A one-time code belongs to one sign-in."""

import asyncio

from auth_gateway.adapters.redis_totp import RedisUsedCodes
from companion.secret import Secret
from companion.sessions.seal import Pepper
from redis.asyncio import Redis

from tests.support.sessions import PEPPER

CODE = Secret("492039")


async def test_of_many_at_once_one_sign_in_gets_the_code(redis: Redis) -> None:
    codes = RedisUsedCodes(redis, pepper=Pepper.from_text(PEPPER))

    got = await asyncio.gather(*(codes.reserve("alice", CODE, str(one)) for one in range(20)))

    assert sum(got) == 1


async def test_the_same_digits_are_another_code_for_another_name(redis: Redis) -> None:
    codes = RedisUsedCodes(redis, pepper=Pepper.from_text(PEPPER))

    assert await codes.reserve("alice", CODE, "1")
    assert await codes.reserve("bob", CODE, "2")


async def test_a_released_code_may_be_used(redis: Redis) -> None:
    codes = RedisUsedCodes(redis, pepper=Pepper.from_text(PEPPER))
    await codes.reserve("alice", CODE, "1")

    await codes.release("alice", CODE, "2")
    assert not await codes.reserve("alice", CODE, "3")
    await codes.release("alice", CODE, "1")
    assert await codes.reserve("alice", CODE, "3")


async def test_a_code_stays_used_while_the_pepper_is_replaced(redis: Redis) -> None:
    old = RedisUsedCodes(redis, pepper=Pepper.from_text(PEPPER))
    new = RedisUsedCodes(redis, pepper=Pepper.from_text(f"{PEPPER} anew,{PEPPER}"))
    await old.reserve("alice", CODE, "1")

    assert not await new.reserve("alice", CODE, "2")


async def test_redis_holds_no_code_and_forgets_after_eleven_minutes(redis: Redis) -> None:
    codes = RedisUsedCodes(redis, pepper=Pepper.from_text(PEPPER))
    await codes.reserve("alice", CODE, "1")

    (key,) = await redis.keys("totp:*")

    assert CODE.reveal().encode() not in key
    assert 600 < await redis.ttl(key) <= 660
