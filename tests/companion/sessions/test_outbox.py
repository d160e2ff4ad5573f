"""The outbox: nothing that goes in is lost, and nothing that is in can stop the rest."""

import asyncio
from typing import Any

import pytest
from companion.keys import OUTBOX, OUTBOX_GROUP
from companion.secret import Secret
from companion.sessions.outbox import Outbox, OutboxEntry
from companion.sessions.record import DoomedToken
from companion.sessions.store import SessionStore
from companion.store import StoreUnavailable, connect, store_time
from redis.asyncio import Redis
from redis.typing import EncodableT, FieldT

from tests.support.redis import RedisServer
from tests.support.sessions import keyring, record_of, session_key, session_store

LONG_MS = 3_600_000


@pytest.fixture
def store(redis: Redis) -> SessionStore:
    return session_store(redis)


@pytest.fixture
def outbox(redis: Redis) -> Outbox:
    return Outbox(redis, keyring=keyring())


def token(value: str, node_id: str = "node1") -> DoomedToken:
    return DoomedToken(node_id=node_id, token=Secret(value), version="15.2")


def values(entries: list[OutboxEntry]) -> list[list[str]]:
    return [[one.token.reveal() for one in entry.tokens] for entry in entries]


async def pending(redis: Redis) -> int:
    return int((await redis.xpending(OUTBOX, OUTBOX_GROUP))["pending"])


async def test_an_ended_session_gives_its_tokens_with_node_and_version(
    store: SessionStore, outbox: Outbox
) -> None:
    cookie, _ = await store.create(record_of("admin", node1="a", node2="b"))
    await store.end(cookie)

    [entry] = await outbox.take("one", count=10, idle_ms=LONG_MS)

    assert [(one.node_id, one.version) for one in entry.tokens] == [
        ("node1", "15.2"),
        ("node2", "15.2"),
    ]
    assert values([entry]) == [["a", "b"]]
    assert entry.problem is None


async def test_an_entry_tells_when_its_tokens_came(
    redis: Redis, store: SessionStore, outbox: Outbox
) -> None:
    before = await store_time(redis)
    await store.discard([token("a")])

    [entry] = await outbox.take("one", count=10, idle_ms=LONG_MS)

    assert before - 0.001 <= entry.added <= await store_time(redis)


async def test_two_gateways_share_the_entries(store: SessionStore, outbox: Outbox) -> None:
    for number in range(20):
        await store.discard([token(str(number))])

    taken = await asyncio.gather(
        *(outbox.take(name, count=10, idle_ms=LONG_MS) for name in ("one", "two"))
    )

    found = [value for entries in taken for [value] in values(entries)]
    assert sorted(found, key=int) == [str(number) for number in range(20)]


async def test_a_finished_entry_is_gone(redis: Redis, store: SessionStore, outbox: Outbox) -> None:
    await store.discard([token("a")])
    [entry] = await outbox.take("one", count=10, idle_ms=LONG_MS)
    assert await outbox.depth() == 1

    await outbox.done(entry)
    await outbox.done(entry)

    assert await outbox.depth() == 0
    assert await pending(redis) == 0
    assert await outbox.take("one", count=10, idle_ms=0) == []


async def test_what_a_dead_gateway_had_taken_is_given_to_another(
    store: SessionStore, outbox: Outbox
) -> None:
    await store.discard([token("a")])
    await outbox.take("dead", count=10, idle_ms=LONG_MS)

    assert await outbox.take("alive", count=10, idle_ms=LONG_MS) == []
    assert values(await outbox.take("alive", count=10, idle_ms=0)) == [["a"]]


async def test_unfinished_entries_behind_many_fresh_ones_are_reached(
    store: SessionStore, outbox: Outbox
) -> None:
    for number in range(50):
        await store.discard([token(str(number))])
    await outbox.take("dead", count=50, idle_ms=LONG_MS)

    found: set[str] = set()
    for _ in range(60):
        found |= {value for [value] in values(await outbox.take("alive", count=1, idle_ms=0))}

    assert len(found) == 50


async def test_narrowing_leaves_the_rest_as_old_as_it_was(
    redis: Redis, store: SessionStore, outbox: Outbox
) -> None:
    await store.discard([token("a", "node1"), token("b", "node2"), token("c", "node3")])
    [entry] = await outbox.take("one", count=10, idle_ms=LONG_MS)

    await outbox.narrow(entry, entry.tokens[1:])
    [narrowed] = await outbox.take("one", count=10, idle_ms=LONG_MS)
    await outbox.narrow(narrowed, narrowed.tokens[1:])
    [twice] = await outbox.take("one", count=10, idle_ms=LONG_MS)

    assert values([narrowed, twice]) == [["b", "c"], ["c"]]
    assert narrowed.added == twice.added == pytest.approx(entry.added, abs=0.001)
    assert await outbox.depth() == 1
    assert await pending(redis) == 1


async def test_narrowing_twice_adds_one_entry(store: SessionStore, outbox: Outbox) -> None:
    await store.discard([token("a"), token("b")])
    [entry] = await outbox.take("one", count=10, idle_ms=LONG_MS)

    await outbox.narrow(entry, entry.tokens[1:])
    await outbox.narrow(entry, entry.tokens[1:])

    assert await outbox.depth() == 1


async def test_narrowing_to_nothing_finishes_an_entry(store: SessionStore, outbox: Outbox) -> None:
    await store.discard([token("a")])
    [entry] = await outbox.take("one", count=10, idle_ms=LONG_MS)

    await outbox.narrow(entry, [])

    assert await outbox.depth() == 0


@pytest.mark.parametrize(
    "fields",
    [
        {b"key": b"tokens:1", b"blob": b"forged"},
        {b"key": b"\xff", b"blob": b"forged"},
        {b"other": b"fields"},
        {b"key": b"tokens:1", b"blob": b"", b"added": b"yesterday"},
        {b"key": b"tokens:1", b"blob": b"", b"added": b"nan"},
    ],
)
async def test_an_entry_that_is_not_ours_is_reported_and_stops_nothing(
    redis: Redis, store: SessionStore, outbox: Outbox, fields: dict[FieldT, EncodableT]
) -> None:
    await redis.xadd(OUTBOX, fields)
    await store.discard([token("a")])

    broken, good = await outbox.take("one", count=10, idle_ms=LONG_MS)

    assert broken.problem
    assert broken.tokens == ()
    assert broken.added == pytest.approx(good.added, abs=60)
    assert values([good]) == [["a"]]
    await outbox.done(broken)
    assert await outbox.depth() == 1


async def test_an_entry_that_was_moved_to_another_name_is_reported(
    redis: Redis, store: SessionStore, outbox: Outbox
) -> None:
    await store.discard([token("a")])
    stored: Any = await redis.xrange(OUTBOX)
    [(entry_id, fields)] = stored
    await redis.xdel(OUTBOX, entry_id)
    await redis.xadd(OUTBOX, {"key": "tokens:another", "blob": fields[b"blob"]})

    [entry] = await outbox.take("one", count=10, idle_ms=LONG_MS)

    assert entry.problem


async def test_an_entry_of_an_unknown_key_names_it_and_opens_when_the_key_is_back(
    redis: Redis,
) -> None:
    await session_store(redis, ring=keyring("old")).discard([token("a")])

    [closed] = await Outbox(redis, keyring=keyring("new")).take("one", count=1, idle_ms=0)
    [opened] = await Outbox(redis, keyring=keyring("new", "old")).take("two", count=1, idle_ms=0)

    assert closed.problem
    assert session_key("old") not in closed.problem
    assert values([opened]) == [["a"]]


async def test_a_redis_that_restarted_empty_is_read_from_its_first_entry(
    redis: Redis, store: SessionStore, outbox: Outbox
) -> None:
    await outbox.ensure()
    await outbox.take("one", count=1, idle_ms=0)
    await redis.flushall()
    await store.discard([token("a")])

    assert values(await outbox.take("one", count=10, idle_ms=LONG_MS)) == [["a"]]


async def test_ensuring_the_group_keeps_what_it_knows(store: SessionStore, outbox: Outbox) -> None:
    await outbox.ensure()
    await store.discard([token("a")])
    await outbox.take("one", count=10, idle_ms=LONG_MS)

    await outbox.ensure()

    assert await outbox.take("one", count=10, idle_ms=LONG_MS) == []


async def test_entries_survive_a_kill_of_redis_taken_or_not(
    redis_server: RedisServer, store: SessionStore, outbox: Outbox
) -> None:
    await store.discard([token("taken")])
    await outbox.take("one", count=1, idle_ms=LONG_MS)
    await store.discard([token("fresh")])

    redis_server.kill()
    redis_server.start()

    assert sorted(values(await outbox.take("two", count=10, idle_ms=0))) == [["fresh"], ["taken"]]


async def test_no_redis_is_an_unavailable_store() -> None:
    outbox = Outbox(connect("unix:///nowhere.sock"), keyring=keyring())

    for call in (outbox.depth(), outbox.ensure(), outbox.take("one", count=1, idle_ms=0)):
        with pytest.raises(StoreUnavailable):
            await call


async def test_a_key_that_is_no_stream_is_an_unavailable_store(
    redis: Redis, outbox: Outbox
) -> None:
    await redis.set(OUTBOX, "a string")

    for call in (outbox.ensure(), outbox.take("one", count=1, idle_ms=0)):
        with pytest.raises(StoreUnavailable):
            await call
