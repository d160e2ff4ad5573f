"""The sessions of a user name: found while they live, under every pepper; ended by the list."""

import asyncio
import uuid
from typing import Any

import pytest
from companion.keys import SESSION_DUE, SESSION_KEPT_S, SESSIONS_OF_PREFIX
from companion.sessions.limits import SessionLimits
from companion.sessions.outbox import Outbox
from companion.sessions.store import FIRST_DUE_S, OpenSession, SessionInvalid, SessionStore
from companion.sessions.sweeper import sweep
from redis.asyncio import Redis

from tests.support.sessions import LIMITS, PEPPER, keyring, record_of, session_store


@pytest.fixture
def store(redis: Redis) -> SessionStore:
    return session_store(redis)


async def indexes(redis: Redis) -> list[Any]:
    return await redis.keys(f"{SESSIONS_OF_PREFIX}*")


async def found(store: SessionStore, user: str) -> list[str]:
    return [one.key for one in await store.of_user(user)]


async def test_sessions_are_found_by_name_in_any_case_oldest_first(store: SessionStore) -> None:
    made = [(await store.create(record_of(name)))[1].key for name in ("Ada", "ada", "ADA")]
    await store.create(record_of("adam"))

    assert await found(store, " aDa ") == made


async def test_a_name_without_sessions_has_none(store: SessionStore) -> None:
    assert await store.of_user("nobody") == []


async def test_what_ended_in_whatever_way_is_found_no_more(
    redis: Redis, store: SessionStore
) -> None:
    cookie, _ = await store.create(record_of())
    _, replaced = await store.create(record_of(), replaces=cookie)
    await store.end_all([replaced])
    _, by_key = await store.create(record_of())
    assert await store.end_key(by_key.key)
    _, swept = await store.create(record_of())
    await redis.hset(swept.key, "seen", str(swept.now - LIMITS.idle_s))
    await redis.zadd("sessions:deadlines", {swept.key: 1})
    assert await sweep(redis, limits=LIMITS, count=10) == 1

    assert await store.of_user("admin") == []
    assert not await indexes(redis)
    assert not await redis.exists(SESSION_DUE)


@pytest.mark.parametrize("age_s", [LIMITS.idle_s, LIMITS.idle_s + 1])
async def test_a_session_past_its_idle_limit_is_not_found(
    redis: Redis, store: SessionStore, age_s: float
) -> None:
    _, session = await store.create(record_of())
    await redis.hset(session.key, "seen", str(session.now - age_s))

    assert await store.of_user("admin") == []


async def test_a_session_past_its_absolute_limit_is_not_found(redis: Redis) -> None:
    store = session_store(redis, limits=SessionLimits(idle_s=3600, max_age_s=0.0))
    await store.create(record_of())

    assert await store.of_user("admin") == []


async def test_looking_is_no_activity(redis: Redis, store: SessionStore) -> None:
    cookie, session = await store.create(record_of())
    long_ago = session.now - 3600
    await redis.hset(session.key, "seen", str(long_ago))

    await store.of_user("admin")
    await store.open_key(session.key)

    assert (await store.open(cookie, activity=False)).seen == pytest.approx(long_ago)


async def test_sessions_of_both_peppers_are_found(redis: Redis, store: SessionStore) -> None:
    _, old = await store.create(record_of())
    rotated = session_store(redis, pepper=f"another pepper of the tests,{PEPPER}")
    _, new = await rotated.create(record_of())

    assert await found(rotated, "admin") == [old.key, new.key]
    assert await rotated.end_all(await rotated.of_user("admin")) == 2
    assert not await indexes(redis)


async def test_a_session_that_cannot_be_opened_here_is_left_out_and_kept(
    redis: Redis, store: SessionStore
) -> None:
    _, session = await session_store(redis, ring=keyring("second")).create(record_of())

    assert await store.of_user("admin") == []
    assert await redis.exists(session.key)


async def test_a_forged_index_shows_nobody_the_sessions_of_others(
    redis: Redis, store: SessionStore
) -> None:
    _, own = await store.create(record_of("ada"))
    _, other = await store.create(record_of("bob"))
    (index,) = [key for key in await indexes(redis) if await redis.zscore(key, own.key)]
    await redis.zadd(index, {other.key: 9e9, "session:none": 9e9, "attempts:x": 9e9})

    assert await found(store, "ada") == [own.key]


async def test_an_index_that_a_session_names_falsely_does_not_keep_it_alive(
    redis: Redis, store: SessionStore
) -> None:
    cookie, session = await store.create(record_of())
    await redis.set("sessions:of:forged", "a string")
    await redis.hset(session.key, "of", "sessions:of:forged")

    assert await store.end(cookie)


async def test_the_index_lives_as_long_as_its_sessions_may(
    redis: Redis, store: SessionStore
) -> None:
    _, session = await store.create(record_of())
    (index,) = await indexes(redis)

    lives_s = session.deadline - session.now + SESSION_KEPT_S
    assert await redis.ttl(index) == pytest.approx(lives_s, abs=5)


async def test_what_the_index_still_names_of_the_past_goes_with_the_next_sign_in(
    redis: Redis, store: SessionStore
) -> None:
    await store.create(record_of())
    (index,) = await indexes(redis)
    await redis.zadd(index, {"session:long-ago": 1})

    await store.create(record_of())

    assert await redis.zscore(index, "session:long-ago") is None


async def test_ending_by_the_list_is_signing_out(redis: Redis, store: SessionStore) -> None:
    cookies = [(await store.create(record_of(node1=f"token {n}")))[0] for n in range(3)]

    assert await store.end_all((await store.of_user("admin"))[:2]) == 2

    for cookie in cookies[:2]:
        with pytest.raises(SessionInvalid):
            await store.open(cookie, activity=False)
    await store.open(cookies[2], activity=False)
    entries = await Outbox(redis, keyring=keyring()).take("test", count=10, idle_ms=9_999_999)
    assert [one.token.reveal() for entry in entries for one in entry.tokens] == [
        "token 0",
        "token 1",
    ]


async def test_ending_nothing_ends_nothing(store: SessionStore) -> None:
    _, session = await store.create(record_of())

    assert await store.end_all([]) == 0
    assert await store.end_all([session, session]) == 1
    assert not await store.end_key(session.key)


async def test_a_session_is_opened_by_its_key_and_by_no_other(store: SessionStore) -> None:
    _, session = await store.create(record_of())

    assert (await store.open_key(session.key)).record == session.record
    with pytest.raises(SessionInvalid):
        await store.open_key("session:none")


async def test_a_new_session_is_due_within_a_minute(redis: Redis, store: SessionStore) -> None:
    _, session = await store.create(record_of())

    assert await redis.zscore(SESSION_DUE, session.key) == pytest.approx(session.now + FIRST_DUE_S)
    assert FIRST_DUE_S < 60


async def test_a_rewrite_makes_caches_stale(store: SessionStore) -> None:
    _, session = await store.create(record_of(node1="one"))

    changed = await store.rewrite(session, lambda record: record)

    assert changed.generation == session.generation + 1
    assert (await store.open_key(session.key)).generation == changed.generation


async def test_a_thousand_sessions_share_no_id_and_none_is_a_uuid(store: SessionStore) -> None:
    made: list[tuple[str, OpenSession]] = []
    for _ in range(10):
        made += await asyncio.gather(*(store.create(record_of()) for _ in range(100)))

    cookies, keys = {cookie for cookie, _ in made}, {session.key for _, session in made}
    assert len(cookies) == len(keys) == 1_000
    for cookie in cookies:
        assert len(cookie) * 6 >= 256
        with pytest.raises(ValueError, match="badly formed"):
            uuid.UUID(cookie)
    assert not any(cookie in session.key for cookie, session in made)
    assert len(await store.of_user("admin")) == 1_000
