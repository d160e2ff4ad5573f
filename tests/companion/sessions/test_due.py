"""Due sessions are shared: each is one process's at a time, and none is forgotten."""

import asyncio
from typing import Any

import pytest
from companion.keys import SESSION_DEADLINES, SESSION_DUE
from companion.secret import Secret
from companion.sessions.due import FURTHEST_S, Claim, DueSessions
from companion.sessions.store import OpenSession, SessionStore
from redis.asyncio import Redis

from tests.support.ageing import age
from tests.support.sessions import record_of, session_store

LEASE_S = 30.0
TOKEN = Secret("a token of ns1")


@pytest.fixture
def store(redis: Redis) -> SessionStore:
    return session_store(redis)


@pytest.fixture
def due(redis: Redis) -> DueSessions:
    return DueSessions(redis)


async def made(store: SessionStore, due: DueSessions) -> OpenSession:
    """A session that is due now."""
    _, session = await store.create(record_of("admin", ns1=TOKEN.reveal()))
    await due.pull(session)
    return session


async def claimed(due: DueSessions) -> list[Claim]:
    return await due.claim(count=10, lease_s=LEASE_S)


async def test_a_new_session_is_not_due_at_once_and_is_within_a_minute(
    store: SessionStore, due: DueSessions, redis: Redis
) -> None:
    _, session = await store.create(record_of("admin"))

    assert not await claimed(due)
    await age(redis, 59)
    assert [claim.key for claim in await claimed(due)] == [session.key]


async def test_many_replicas_claim_each_session_once(store: SessionStore, redis: Redis) -> None:
    due = DueSessions(redis)
    keys = {(await made(store, due)).key for _ in range(30)}

    claims = await asyncio.gather(*(DueSessions(redis).claim(count=7, lease_s=30) for _ in "12345"))

    found = [claim.key for some in claims for claim in some]
    assert len(found) == len(set(found)) == 30
    assert set(found) == keys


async def test_what_was_not_settled_is_due_again_after_the_lease(
    store: SessionStore, due: DueSessions, redis: Redis
) -> None:
    await made(store, due)
    assert await claimed(due)

    await age(redis, LEASE_S - 1)
    assert not await claimed(due)
    await age(redis, 1)
    assert await claimed(due)


async def test_a_settled_session_is_due_when_it_was_said(
    store: SessionStore, due: DueSessions, redis: Redis
) -> None:
    await made(store, due)
    (claim,) = await claimed(due)
    await due.settle(claim, again_in_s=100, accepted={})

    await age(redis, 99)
    assert not await claimed(due)
    await age(redis, 1)
    assert await claimed(due)


async def test_who_pulls_a_session_while_another_works_on_it_is_not_overheard(
    store: SessionStore, due: DueSessions
) -> None:
    session = await made(store, due)
    (claim,) = await claimed(due)
    await due.pull(session)
    await due.settle(claim, again_in_s=100, accepted={})

    assert await claimed(due)


async def test_a_session_that_ended_never_comes_back(
    store: SessionStore, due: DueSessions, redis: Redis
) -> None:
    session = await made(store, due)
    (claim,) = await claimed(due)
    await store.end_key(session.key)

    await due.settle(claim, again_in_s=0, accepted={"ns1": TOKEN})
    await due.pull(session)
    await due.heal()

    assert not await redis.exists(session.key, SESSION_DUE)


async def test_a_member_without_a_session_is_dropped(due: DueSessions, redis: Redis) -> None:
    await redis.set("a string", "not a session")
    await redis.zadd(SESSION_DUE, {"session:gone": 0, "a string": 0})

    assert not await claimed(due)
    assert not await redis.zcard(SESSION_DUE)


async def test_the_last_word_of_a_node_is_remembered_for_that_very_token(
    store: SessionStore, due: DueSessions
) -> None:
    session = await made(store, due)
    (claim,) = await claimed(due)
    assert await due.accepted(session, [("ns1", TOKEN)]) == {}

    await due.settle(claim, again_in_s=60, accepted={"ns1": TOKEN})

    session = await store.open_key(session.key)
    known = await due.accepted(session, [("ns1", TOKEN), ("ns2", Secret("a token of ns2"))])
    assert known == {"ns1": pytest.approx(session.now, abs=10)}
    assert await due.accepted(session, [("ns1", Secret("a newer token"))]) == {}


@pytest.mark.parametrize("text", ["", "nan", "soon", "inf x", "\xff\xfe"])
async def test_a_word_that_somebody_else_wrote_is_none(
    store: SessionStore, due: DueSessions, redis: Redis, text: str
) -> None:
    session = await made(store, due)
    await redis.hset(session.key, "ok:ns1", text.encode("latin-1"))

    assert await due.accepted(session, [("ns1", TOKEN)]) == {}


async def test_a_word_from_the_future_is_from_now(
    store: SessionStore, due: DueSessions, redis: Redis
) -> None:
    session = await made(store, due)
    (claim,) = await claimed(due)
    await due.settle(claim, again_in_s=60, accepted={"ns1": TOKEN})
    await age(redis, -1000)

    session = await store.open_key(session.key)
    assert await due.accepted(session, [("ns1", TOKEN)]) == {"ns1": session.now}


async def test_sessions_that_are_missing_or_far_ahead_are_brought_back(
    store: SessionStore, due: DueSessions, redis: Redis
) -> None:
    keys = {(await made(store, due)).key for _ in range(3)}
    missing, ahead, _ = sorted(keys)
    await redis.zrem(SESSION_DUE, missing)
    await redis.zadd(SESSION_DUE, {ahead: 9e12})

    assert await due.heal() == 2
    assert await due.heal() == 0
    await age(redis, 60)
    assert {claim.key for claim in await claimed(due)} == keys


async def test_more_sessions_than_are_looked_at_in_one_step_are_brought_back(
    store: SessionStore, due: DueSessions, redis: Redis
) -> None:
    session = await made(store, due)
    fields = {b"blob": b"sealed"}
    for number in range(1200):
        await redis.hset(f"session:{number:04}", mapping=fields)  # type: ignore[arg-type]
    await redis.zadd(SESSION_DEADLINES, {f"session:{number:04}": number for number in range(1200)})

    assert await due.heal() == 1200
    scores: Any = await redis.zrange(SESSION_DUE, 0, -1, withscores=True)
    assert max(score for _, score in scores) < session.now + FURTHEST_S
