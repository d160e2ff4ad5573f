"""Sessions as the services see them, in a real Redis."""

import asyncio

import pytest
from companion.keys import OUTBOX, SESSION_DEADLINES
from companion.secret import Secret
from companion.sessions.limits import SessionLimits
from companion.sessions.outbox import Outbox
from companion.sessions.record import DoomedToken, NodeGrant, NodeState, SessionRecord
from companion.sessions.store import (
    OpenSession,
    SessionInvalid,
    SessionKeyUnknown,
    SessionStore,
)
from companion.store import StoreUnavailable, connect, store_time
from redis.asyncio import Redis
from structlog.testing import capture_logs

from tests.support.redis import everything_in
from tests.support.sessions import (
    LIMITS,
    keyring,
    record_of,
    session_key,
    session_store,
    signed_in,
)

SIGNED_OUT = NodeGrant(state=NodeState.SIGNED_OUT, reason="Sign in again.", code="invalid_token")


@pytest.fixture
def store(redis: Redis) -> SessionStore:
    return session_store(redis)


async def doomed(redis: Redis) -> list[tuple[str, str]]:
    """(node, token) of everything in the outbox, oldest first."""
    outbox = Outbox(redis, keyring=keyring())
    entries = await outbox.take("test", count=100, idle_ms=0)
    assert not [entry.problem for entry in entries if entry.problem]
    found = {entry.id: entry.tokens for entry in entries}
    return [(one.node_id, one.token.reveal()) for tokens in found.values() for one in tokens]


async def seen_before(redis: Redis, session: OpenSession, seconds: float) -> None:
    """Moves the last activity of a session into the past, in place of waiting."""
    await redis.hset(session.key, "seen", f"{session.now - seconds:.6f}")


async def test_a_session_opens_with_its_cookie_as_it_was_made(store: SessionStore) -> None:
    cookie, created = await store.create(record_of("admin", node1="token-1"))

    opened = await store.open(cookie, activity=False)

    assert opened.record == created.record
    assert opened.record.nodes["node1"].token == Secret("token-1")
    assert opened.key == created.key
    assert opened.deadline == pytest.approx(created.record.created + LIMITS.max_age_s)
    assert opened.now >= opened.seen >= opened.record.created


async def test_two_stores_on_one_redis_share_sessions(redis: Redis, redis_url: str) -> None:
    cookie, _ = await session_store(redis).create(record_of("admin"))

    async with connect(redis_url) as other:
        opened = await session_store(other).open(cookie, activity=True)

    assert opened.record.user == "admin"


@pytest.mark.parametrize("cookie", ["", "short", "a" * 44, "a" * 42 + "!", "ä" * 43])
async def test_a_malformed_cookie_is_refused_without_asking_redis(cookie: str) -> None:
    store = session_store(connect("unix:///nowhere.sock"))

    with pytest.raises(SessionInvalid):
        await store.open(cookie, activity=False)


async def test_an_unknown_cookie_is_refused(store: SessionStore) -> None:
    with pytest.raises(SessionInvalid, match="unknown"):
        await store.open("a" * 43, activity=True)


async def test_every_session_has_a_cookie_and_a_key_of_its_own(store: SessionStore) -> None:
    made = await asyncio.gather(*(store.create(record_of("admin")) for _ in range(50)))

    assert len({cookie for cookie, _ in made}) == 50
    assert len({session.key for _, session in made}) == 50


async def test_a_new_sign_in_ends_the_session_that_the_browser_had(
    redis: Redis, store: SessionStore
) -> None:
    old, _ = await store.create(record_of("admin", node1="old-token"))

    new, _ = await store.create(record_of("admin", node1="new-token"), replaces=old)

    with pytest.raises(SessionInvalid):
        await store.open(old, activity=True)
    assert (await store.open(new, activity=True)).record.nodes["node1"].token
    assert await doomed(redis) == [("node1", "old-token")]


async def test_a_made_up_old_cookie_does_not_disturb_a_sign_in(
    redis: Redis, store: SessionStore
) -> None:
    await store.create(record_of("admin"), replaces="not a cookie of ours")
    await store.create(record_of("admin"), replaces="a" * 43)

    assert await doomed(redis) == []


async def test_ending_a_session_puts_its_tokens_into_the_outbox_at_once(
    redis: Redis, store: SessionStore
) -> None:
    cookie, session = await store.create(record_of("admin", node1="token-1", node2="token-2"))

    assert await store.end(cookie)

    with pytest.raises(SessionInvalid):
        await store.open(cookie, activity=True)
    assert not await redis.exists(session.key)
    assert not await redis.zcard(SESSION_DEADLINES)
    assert await doomed(redis) == [("node1", "token-1"), ("node2", "token-2")]


async def test_ending_a_session_twice_ends_its_tokens_once(
    redis: Redis, store: SessionStore
) -> None:
    cookie, _ = await store.create(record_of("admin", node1="token-1"))

    answers = await asyncio.gather(*(store.end(cookie) for _ in range(20)))

    assert answers.count(True) == 1
    assert len(await doomed(redis)) == 1
    assert not await store.end("malformed")


async def test_a_session_idles_out_at_its_limit(redis: Redis, store: SessionStore) -> None:
    cookie, session = await store.create(record_of("admin"))
    await seen_before(redis, session, LIMITS.idle_s - 60)
    await store.open(cookie, activity=False)

    await seen_before(redis, session, LIMITS.idle_s + 1)

    with pytest.raises(SessionInvalid, match="idle"):
        await store.open(cookie, activity=True)


async def test_activity_moves_the_idle_limit_and_polling_does_not(
    redis: Redis, store: SessionStore
) -> None:
    cookie, session = await store.create(record_of("admin"))
    await seen_before(redis, session, 3600)

    polled = await store.open(cookie, activity=False)
    active = await store.open(cookie, activity=True)

    assert polled.now - polled.seen >= 3600
    assert active.seen == active.now
    score = await redis.zscore(SESSION_DEADLINES, session.key)
    assert score == pytest.approx(active.now + LIMITS.idle_s)


async def test_last_seen_moves_at_most_once_a_minute(redis: Redis, store: SessionStore) -> None:
    cookie, session = await store.create(record_of("admin"))
    await seen_before(redis, session, 30)

    opened = await store.open(cookie, activity=True)

    assert opened.now - opened.seen >= 30


async def test_a_session_ends_at_its_absolute_limit_whatever_its_activity(redis: Redis) -> None:
    store = session_store(redis, limits=SessionLimits(idle_s=3600, max_age_s=0.0))
    cookie, _ = await store.create(record_of("admin"))

    with pytest.raises(SessionInvalid, match="expired"):
        await store.open(cookie, activity=True)


async def test_a_deadline_that_somebody_moved_in_redis_does_not_lengthen_a_session(
    redis: Redis,
) -> None:
    store = session_store(redis, limits=SessionLimits(idle_s=3600, max_age_s=0.0))
    cookie, session = await store.create(record_of("admin"))
    await redis.hset(session.key, "deadline", str(session.now + 1_000_000))

    with pytest.raises(SessionInvalid, match="expired"):
        await store.open(cookie, activity=True)


async def test_a_shorter_absolute_limit_holds_for_sessions_that_exist(redis: Redis) -> None:
    cookie, _ = await session_store(redis).create(record_of("admin"))
    shorter = session_store(redis, limits=SessionLimits(idle_s=3600, max_age_s=0.0))

    with pytest.raises(SessionInvalid, match="expired"):
        await shorter.open(cookie, activity=True)


async def test_a_session_key_outlives_its_absolute_limit_by_a_day(
    redis: Redis, store: SessionStore
) -> None:
    _, session = await store.create(record_of("admin"))

    remaining_s = await redis.ttl(session.key)

    assert remaining_s == pytest.approx(LIMITS.max_age_s + 86_400, abs=5)


async def test_five_hundred_requests_at_a_last_seen_write_all_pass(
    redis: Redis, store: SessionStore
) -> None:
    cookie, session = await store.create(record_of("admin"))
    await seen_before(redis, session, 61)

    opened = await asyncio.gather(*(store.open(cookie, activity=True) for _ in range(500)))

    assert len({one.seen for one in opened}) == 1
    assert opened[0].seen > session.seen


async def test_a_touch_never_brings_back_a_session_that_is_being_ended(
    redis: Redis, store: SessionStore
) -> None:
    for _ in range(20):
        cookie, session = await store.create(record_of("admin"))
        await seen_before(redis, session, 61)
        opens = [store.open(cookie, activity=True) for _ in range(20)]

        await asyncio.gather(*opens, store.end(cookie), return_exceptions=True)

        assert not await redis.exists(session.key)
        assert await redis.zscore(SESSION_DEADLINES, session.key) is None


async def test_a_lost_entry_in_the_deadlines_is_put_back_by_activity(
    redis: Redis, store: SessionStore
) -> None:
    cookie, session = await store.create(record_of("admin"))
    await redis.delete(SESSION_DEADLINES)
    await seen_before(redis, session, 61)

    await store.open(cookie, activity=True)

    assert await redis.zscore(SESSION_DEADLINES, session.key)


async def test_two_blobs_that_were_swapped_open_neither_session(
    redis: Redis, store: SessionStore
) -> None:
    first_cookie, first = await store.create(record_of("admin"))
    second_cookie, second = await store.create(record_of("viewer"))
    await redis.hset(first.key, "blob", second.blob)
    await redis.hset(second.key, "blob", first.blob)

    for cookie in (first_cookie, second_cookie):
        with capture_logs() as logs, pytest.raises(SessionInvalid, match="broken"):
            await store.open(cookie, activity=True)
        assert [(line["event"], line["log_level"]) for line in logs] == [
            ("session_seal_broken", "warning")
        ]
    assert await redis.exists(first.key, second.key) == 2


@pytest.mark.parametrize(
    "forged",
    [
        {"blob": b"forged"},
        {"blob": b""},
        {"seen": "never"},
        {"seen": "nan"},
        {"deadline": "nan"},
        {"deadline": "-inf"},
        # Numbers to Lua, which still lie ahead, and none to Python.
        {"seen": "0x7fffffff"},
        {"deadline": "0x7fffffff"},
        {"gen": "9" * 5_000},
    ],
)
async def test_a_forged_field_makes_a_session_invalid(
    redis: Redis, store: SessionStore, forged: dict[str | bytes, str | bytes]
) -> None:
    cookie, session = await store.create(record_of("admin"))
    await redis.hset(session.key, items=[part for pair in forged.items() for part in pair])

    with pytest.raises(SessionInvalid):
        await store.open(cookie, activity=True)


@pytest.mark.parametrize("forged", ["inf", "1e300"])
async def test_nobody_was_here_at_a_moment_yet_to_come(
    redis: Redis, store: SessionStore, forged: str
) -> None:
    cookie, session = await store.create(record_of("admin"))
    await redis.hset(session.key, "seen", forged)

    opened = await store.open(cookie, activity=False)

    assert opened.seen == opened.now


async def test_a_forged_generation_is_read_as_none(redis: Redis, store: SessionStore) -> None:
    cookie, session = await store.create(record_of("admin"))
    await redis.hset(session.key, "gen", "many")

    assert (await store.open(cookie, activity=True)).generation == 0


async def test_a_value_of_another_type_under_a_session_key_is_no_session(
    redis: Redis, store: SessionStore
) -> None:
    cookie, session = await store.create(record_of("admin"))
    await redis.set(session.key, "a string")

    with pytest.raises(SessionInvalid):
        await store.open(cookie, activity=True)


async def test_a_session_of_an_unknown_key_is_kept_and_reported(redis: Redis) -> None:
    cookie, session = await session_store(redis, ring=keyring("old")).create(record_of("admin"))
    newer = session_store(redis, ring=keyring("new"))

    with capture_logs() as logs, pytest.raises(SessionKeyUnknown) as refused:
        await newer.open(cookie, activity=True)

    assert [(line["event"], line["log_level"]) for line in logs] == [
        ("session_key_unknown", "error")
    ]
    assert refused.value.key_id in str(refused.value)
    assert session_key("old") not in str(refused.value)
    assert await redis.exists(session.key)


async def test_keys_rotate_without_signing_anyone_out(redis: Redis) -> None:
    before = session_store(redis, ring=keyring("old", "new"))
    after = session_store(redis, ring=keyring("new", "old"))
    cookie, session = await before.create(record_of("admin"))

    opened = await after.open(cookie, activity=True)
    resealed = await after.rewrite(opened, lambda record: record)

    assert resealed.blob[1:5] != session.blob[1:5]
    only_new = session_store(redis, ring=keyring("new"))
    assert (await only_new.open(cookie, activity=True)).record == session.record


async def test_peppers_rotate_without_signing_anyone_out(redis: Redis) -> None:
    before = session_store(redis, pepper="the older of two peppers")
    after = session_store(redis, pepper="the newer of two peppers,the older of two peppers")
    cookie, session = await before.create(record_of("admin"))

    assert (await after.open(cookie, activity=True)).key == session.key
    assert await after.end(cookie)
    newer_cookie, newer = await after.create(record_of("admin"))
    assert (await after.open(newer_cookie, activity=True)).key == newer.key


async def test_a_rewrite_changes_what_later_requests_see(redis: Redis, store: SessionStore) -> None:
    cookie, session = await store.create(record_of("admin", node1="old", node2="kept"))

    changed = await store.rewrite(
        session, lambda record: record.with_node("node1", signed_in("new"))
    )

    opened = await store.open(cookie, activity=False)
    assert opened.record == changed.record
    assert opened.record.nodes["node1"].token == Secret("new")
    assert await doomed(redis) == [("node1", "old")]


async def test_rewrites_of_many_replicas_at_once_lose_nothing(
    redis: Redis, store: SessionStore
) -> None:
    cookie, session = await store.create(record_of("admin"))
    applied: list[str] = []

    async def sign_in_to(node_id: str) -> None:
        def change(record: SessionRecord) -> SessionRecord:
            applied.append(node_id)
            return record.with_node(node_id, signed_in(f"token of {node_id}"))

        await store.rewrite(session, change)

    await asyncio.gather(*(sign_in_to(f"node{number}") for number in range(10)))

    opened = await store.open(cookie, activity=False)
    assert sorted(opened.record.nodes) == [f"node{number}" for number in range(10)]
    assert len(applied) > 10
    assert await doomed(redis) == []


async def test_a_conflict_applies_the_change_to_what_the_other_wrote(
    redis: Redis, store: SessionStore
) -> None:
    _, session = await store.create(record_of("admin", node1="refused"))
    await store.rewrite(session, lambda record: record.with_node("node1", signed_in("fresh")))

    def mark_signed_out(record: SessionRecord) -> SessionRecord:
        """Marks only the very token that the node refused."""
        if record.nodes["node1"].token != Secret("refused"):
            return record
        return record.with_node("node1", SIGNED_OUT)

    after = await store.rewrite(session, mark_signed_out)

    assert after.record.nodes["node1"].token == Secret("fresh")
    assert await doomed(redis) == [("node1", "refused")]


async def test_a_rewrite_of_an_ended_session_dooms_the_tokens_it_brings(
    redis: Redis, store: SessionStore
) -> None:
    cookie, session = await store.create(record_of("admin", node1="first"))
    await store.end(cookie)

    with pytest.raises(SessionInvalid):
        await store.rewrite(session, lambda record: record.with_node("node1", signed_in("late")))

    assert not await redis.exists(session.key)
    assert await doomed(redis) == [("node1", "first"), ("node1", "late")]


async def test_the_generation_counts_up_for_every_replica(
    redis: Redis, store: SessionStore
) -> None:
    cookie, session = await store.create(record_of("admin"))

    raised = await store.raise_generation(session)

    assert raised == session.generation + 1
    assert (await store.open(cookie, activity=False)).generation == raised
    await store.end(cookie)
    with pytest.raises(SessionInvalid):
        await store.raise_generation(session)
    assert not await redis.exists(session.key)


async def test_discarded_tokens_wait_in_the_outbox(redis: Redis, store: SessionStore) -> None:
    token = DoomedToken(node_id="node1", token=Secret("orphan"), version="13.6")

    await store.discard([token])
    await store.discard([])

    assert await redis.xlen(OUTBOX) == 1
    assert await doomed(redis) == [("node1", "orphan")]


async def test_nothing_secret_is_readable_in_redis(redis_url: str, store: SessionStore) -> None:
    cookie, session = await store.create(record_of("canary-user", node1="canary-token-1"))
    await store.rewrite(
        session, lambda record: record.with_node("node1", signed_in("canary-token-2"))
    )
    await store.create(record_of("canary-user", node1="canary-token-3"), replaces=cookie)
    await store.discard([DoomedToken(node_id="n", token=Secret("canary-token-4"), version=None)])

    stored = everything_in(redis_url)

    assert stored
    assert b"canary" not in stored
    assert cookie.encode() not in stored


async def test_a_full_redis_still_reads_and_signs_out_but_takes_no_sign_in(
    redis: Redis, store: SessionStore
) -> None:
    cookie, session = await store.create(record_of("admin", node1="token-1"))
    await seen_before(redis, session, 61)
    await redis.config_set("maxmemory", 1)
    try:
        await store.open(cookie, activity=True)
        with pytest.raises(StoreUnavailable):
            await store.create(record_of("viewer"))
        assert await store.end(cookie)
    finally:
        await redis.config_set("maxmemory", 0)

    assert await doomed(redis) == [("node1", "token-1")]


async def test_the_store_says_the_time_of_redis(redis: Redis) -> None:
    before, after = await store_time(redis), await store_time(redis)

    assert before <= after < before + 60
