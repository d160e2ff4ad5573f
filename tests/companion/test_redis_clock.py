"""The time of Redis, learnt once a minute and kept while Redis is away."""

import pytest
from companion.clock import FixedClock
from companion.redis_clock import LEARNT_FOR_S, RedisClock
from companion.store import StoreUnavailable, connect, store_time
from redis.asyncio import Redis

from tests.support.redis import RedisServer


async def test_it_tells_the_time_of_redis_whatever_this_machine_thinks(redis: Redis) -> None:
    clock = RedisClock(redis, monotonic=FixedClock().monotonic)

    assert await clock.now() == pytest.approx(await store_time(redis), abs=5)


async def test_it_goes_on_by_itself_for_a_minute_and_then_asks_again(redis: Redis) -> None:
    machine = FixedClock()
    clock = RedisClock(redis, monotonic=machine.monotonic)
    first = await clock.now()

    machine.advance(LEARNT_FOR_S - 1)
    assert await clock.now() == pytest.approx(first + LEARNT_FOR_S - 1)

    # A machine whose clock ran far ahead is put right.
    machine.advance(3600)
    assert await clock.now() == pytest.approx(await store_time(redis), abs=5)


async def test_what_was_learnt_holds_while_redis_is_away(redis_server: RedisServer) -> None:
    redis_server.start()
    machine = FixedClock()
    async with connect(redis_server.url) as redis:
        clock = RedisClock(redis, monotonic=machine.monotonic)
        first = await clock.now()
        redis_server.kill()
        machine.advance(LEARNT_FOR_S)

        assert await clock.now() == pytest.approx(first + LEARNT_FOR_S)
    redis_server.start()


async def test_a_time_that_was_never_told_is_not_made_up(redis_server: RedisServer) -> None:
    redis_server.start()
    redis_server.kill()
    async with connect(redis_server.url) as redis:
        with pytest.raises(StoreUnavailable):
            await RedisClock(redis, monotonic=FixedClock().monotonic).now()
    redis_server.start()
