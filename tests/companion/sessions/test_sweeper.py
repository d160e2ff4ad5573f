"""The sweeper: sessions end when their limits have really passed, and only then."""

import asyncio

import pytest
from companion.keys import SESSION_DEADLINES
from companion.sessions.limits import SessionLimits
from companion.sessions.outbox import Outbox
from companion.sessions.store import OpenSession, SessionInvalid, SessionStore
from companion.sessions.sweeper import sweep
from redis.asyncio import Redis

from tests.support.sessions import LIMITS, keyring, record_of, session_store


@pytest.fixture
def store(redis: Redis) -> SessionStore:
    return session_store(redis)


async def idled_out(redis: Redis, store: SessionStore, token: str) -> tuple[str, OpenSession]:
    """A session whose idle limit passed, with the score it would have by then."""
    cookie, session = await store.create(record_of("admin", node1=token))
    seen = session.now - LIMITS.idle_s - 1
    await redis.hset(session.key, "seen", f"{seen:.6f}")
    await redis.zadd(SESSION_DEADLINES, {session.key: seen + LIMITS.idle_s})
    return cookie, session


async def doomed(redis: Redis) -> list[str]:
    entries = await Outbox(redis, keyring=keyring()).take("test", count=100, idle_ms=3_600_000)
    return [token.token.reveal() for entry in entries for token in entry.tokens]


async def test_a_session_past_its_idle_limit_is_ended_as_by_signing_out(
    redis: Redis, store: SessionStore
) -> None:
    cookie, session = await idled_out(redis, store, "idle")

    assert await sweep(redis, limits=LIMITS, count=10) == 1

    with pytest.raises(SessionInvalid):
        await store.open(cookie, activity=True)
    assert not await redis.exists(session.key)
    assert not await redis.zcard(SESSION_DEADLINES)
    assert await doomed(redis) == ["idle"]


async def test_a_session_past_its_absolute_limit_is_ended(redis: Redis) -> None:
    limits = SessionLimits(idle_s=3600, max_age_s=0.0)
    await session_store(redis, limits=limits).create(record_of("admin", node1="old"))

    assert await sweep(redis, limits=limits, count=10) == 1
    assert await doomed(redis) == ["old"]


async def test_a_living_session_is_left_alone(redis: Redis, store: SessionStore) -> None:
    cookie, _ = await store.create(record_of("admin"))

    assert await sweep(redis, limits=LIMITS, count=10) == 0
    assert (await store.open(cookie, activity=False)).record.user == "admin"


async def test_a_score_that_is_too_early_ends_nothing_and_is_put_right(
    redis: Redis, store: SessionStore
) -> None:
    cookie, session = await store.create(record_of("admin"))
    await redis.zadd(SESSION_DEADLINES, {session.key: 1})

    assert await sweep(redis, limits=LIMITS, count=10) == 0

    assert (await store.open(cookie, activity=False)).record.user == "admin"
    score = await redis.zscore(SESSION_DEADLINES, session.key)
    assert score == pytest.approx(session.seen + LIMITS.idle_s)


async def test_a_deadline_whose_session_is_gone_is_forgotten(
    redis: Redis, store: SessionStore
) -> None:
    _, session = await store.create(record_of("admin"))
    await redis.delete(session.key)
    await redis.zadd(SESSION_DEADLINES, {session.key: 1})

    assert await sweep(redis, limits=LIMITS, count=10) == 0
    assert not await redis.zcard(SESSION_DEADLINES)


@pytest.mark.parametrize("seen", ["nan", "inf", "never"])
async def test_a_forged_session_does_not_stop_the_sweeper(
    redis: Redis, store: SessionStore, seen: str
) -> None:
    _, forged = await store.create(record_of("admin"))
    await redis.hset(forged.key, "seen", seen)
    await redis.set("session:forged", "a string")
    await redis.zadd(SESSION_DEADLINES, {forged.key: 1, "session:forged": 1})
    await idled_out(redis, store, "idle")

    await sweep(redis, limits=LIMITS, count=10)

    assert "idle" in await doomed(redis)


async def test_replicas_that_sweep_at_once_end_each_session_once(
    redis: Redis, store: SessionStore
) -> None:
    for number in range(20):
        await idled_out(redis, store, str(number))

    ended = await asyncio.gather(*(sweep(redis, limits=LIMITS, count=20) for _ in range(4)))

    assert sum(ended) == 20
    assert len(await doomed(redis)) == 20


async def test_one_sweep_ends_no_more_than_it_was_asked_to(
    redis: Redis, store: SessionStore
) -> None:
    for number in range(5):
        await idled_out(redis, store, str(number))

    ended = [await sweep(redis, limits=LIMITS, count=2) for _ in range(4)]

    assert ended == [2, 2, 1, 0]
