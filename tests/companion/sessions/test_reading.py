"""Many who ask for their sessions at one moment: together, and each for himself."""

import asyncio
from collections.abc import Awaitable

import pytest
from companion.sessions.reading import Readings
from companion.sessions.scripts import OPEN
from companion.sessions.store import OpenSession, SessionInvalid, SessionKeyUnknown, SessionStore
from companion.store import StoreUnavailable
from redis.asyncio import Redis

from tests.support.redis import RedisServer
from tests.support.sessions import keyring, record_of, session_store


@pytest.fixture
def store(redis: Redis) -> SessionStore:
    return session_store(redis)


async def scripts_run(redis: Redis) -> int:
    stats = await redis.info("commandstats")
    return int(stats.get("cmdstat_evalsha", {"calls": 0})["calls"])


async def all_of(*asking: Awaitable[OpenSession]) -> list[OpenSession | BaseException]:
    return await asyncio.gather(*asking, return_exceptions=True)


async def test_everybody_gets_their_own_session_or_their_own_refusal(
    redis: Redis, store: SessionStore
) -> None:
    cookies = [(await store.create(record_of(f"user-{n}")))[0] for n in range(20)]
    elsewhere, _ = await session_store(redis, ring=keyring("other")).create(record_of("unread"))
    ended, _ = await store.create(record_of("gone"))
    await store.end(ended)

    *opened, unknown, gone = await all_of(
        *(store.open(cookie, activity=False) for cookie in (*cookies, elsewhere, ended))
    )

    users = [one.record.user for one in opened if isinstance(one, OpenSession)]
    assert users == [f"user-{n}" for n in range(20)]
    assert isinstance(unknown, SessionKeyUnknown)
    assert isinstance(gone, SessionInvalid)


async def test_one_session_that_is_asked_for_many_times_at_once_is_read_once(
    redis: Redis, store: SessionStore
) -> None:
    cookie, created = await store.create(record_of("admin"))
    await store.open(cookie, activity=False)
    before = await scripts_run(redis)

    opened = await asyncio.gather(*(store.open(cookie, activity=False) for _ in range(20)))

    assert await scripts_run(redis) == before + 1
    assert {one.key for one in opened} == {created.key}


async def test_polling_beside_activity_is_a_read_of_its_own(
    redis: Redis, store: SessionStore
) -> None:
    cookie, session = await store.create(record_of("admin"))
    await redis.hset(session.key, "seen", f"{session.now - 3600:.6f}")

    await asyncio.gather(store.open(cookie, activity=False), store.open(cookie, activity=True))

    assert float(await redis.hget(session.key, "seen") or 0) >= session.now


async def test_nobody_joins_a_read_that_is_already_on_its_way(redis: Redis) -> None:
    """What it will be told may be older than an end that was confirmed meanwhile."""
    readings: Readings[OpenSession] = Readings(redis, OPEN)
    first, beside = (readings.ask(["deadlines", "no such session"], [60.0, -1.0]) for _ in range(2))
    await asyncio.sleep(0)

    later = readings.ask(["deadlines", "no such session"], [60.0, -1.0])

    assert beside is first
    assert later is not first
    assert await first.answer() == await later.answer() == b"unknown"


async def test_a_server_that_forgot_the_script_costs_nobody_anything(
    redis: Redis, store: SessionStore
) -> None:
    cookies = [(await store.create(record_of(f"user-{n}")))[0] for n in range(5)]
    await redis.script_flush()

    opened = await asyncio.gather(*(store.open(cookie, activity=True) for cookie in cookies))

    assert [one.record.user for one in opened] == [f"user-{n}" for n in range(5)]


async def test_who_stops_waiting_takes_nothing_from_the_others(store: SessionStore) -> None:
    cookie, _ = await store.create(record_of("admin"))
    first, second = (asyncio.create_task(store.open(cookie, activity=False)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()

    assert (await second).record.user == "admin"
    assert first.cancelled()


async def test_without_redis_everybody_is_told_so(
    redis_server: RedisServer, store: SessionStore
) -> None:
    cookies = [(await store.create(record_of(f"user-{n}")))[0] for n in range(3)]
    redis_server.kill()

    told = await all_of(*(store.open(cookie, activity=False) for cookie in (*cookies, *cookies)))

    assert {type(one) for one in told} == {StoreUnavailable}
