"""What a session store does while Redis is gone, and what is left of it afterwards."""

import asyncio
import time

import pytest
from companion.sessions.store import SessionInvalid, SessionStore
from companion.store import StoreUnavailable, connect
from redis.asyncio import Redis

from tests.support.redis import RedisServer
from tests.support.sessions import record_of, session_store


@pytest.fixture
def store(redis: Redis) -> SessionStore:
    return session_store(redis)


async def test_a_killed_redis_is_unavailable_and_not_a_signed_out_user(
    redis_server: RedisServer, store: SessionStore
) -> None:
    cookie, session = await store.create(record_of("admin"))
    redis_server.kill()

    for call in (
        store.open(cookie, activity=True),
        store.create(record_of("admin")),
        store.rewrite(session, lambda record: record),
        store.end(cookie),
        store.raise_generation(session),
    ):
        with pytest.raises(StoreUnavailable):
            await call


async def test_everyone_is_still_signed_in_after_a_kill_of_redis(
    redis_server: RedisServer, store: SessionStore
) -> None:
    made = await asyncio.gather(*(store.create(record_of(f"user-{n}")) for n in range(100)))
    signed_out, _ = await store.create(record_of("gone"))
    await store.end(signed_out)

    redis_server.kill()
    redis_server.start()

    opened = await asyncio.gather(*(store.open(cookie, activity=True) for cookie, _ in made))
    assert [one.record.user for one in opened] == [f"user-{n}" for n in range(100)]
    with pytest.raises(SessionInvalid):
        await store.open(signed_out, activity=True)


async def test_the_first_command_after_a_restart_succeeds_on_every_stale_connection(
    redis_server: RedisServer, store: SessionStore
) -> None:
    cookie, session = await store.create(record_of("admin"))
    for _ in range(3):
        # Opens many connections, which the restart cuts, and makes the server forget the scripts.
        await asyncio.gather(*(store.open(cookie, activity=False) for _ in range(50)))
        redis_server.kill()
        redis_server.start()

        await store.rewrite(session, lambda record: record)


async def test_every_call_to_a_stopped_redis_ends_within_its_deadline(
    redis_server: RedisServer, redis_url: str, store: SessionStore
) -> None:
    cookie, _ = await store.create(record_of("admin"))
    async with connect(redis_url) as redis:
        bounded = session_store(redis)
        redis_server.pause()
        try:
            started = time.monotonic()
            answers = await asyncio.gather(
                *(bounded.open(cookie, activity=True) for _ in range(300)), return_exceptions=True
            )
            took_s = time.monotonic() - started
        finally:
            redis_server.resume()

        assert {type(answer) for answer in answers} == {StoreUnavailable}
        assert took_s < 2
        for _ in range(100):
            assert (await bounded.open(cookie, activity=True)).record.user == "admin"


async def test_a_redis_that_restarted_empty_signs_everyone_out_and_takes_new_sign_ins(
    redis: Redis, store: SessionStore
) -> None:
    cookie, _ = await store.create(record_of("admin"))
    await redis.flushall()
    await redis.script_flush()

    with pytest.raises(SessionInvalid):
        await store.open(cookie, activity=True)

    fresh, _ = await store.create(record_of("admin"), replaces=cookie)
    assert (await store.open(fresh, activity=True)).record.user == "admin"
