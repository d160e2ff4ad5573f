"""A long answer ends with its session, pauses with Redis, and is never activity."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, asynccontextmanager

import pytest
from companion.sessions.errors import SessionInvalid
from companion.sessions.store import SessionStore
from companion.sessions.watch import watched, while_living
from redis.asyncio import Redis

from tests.support.redis import RedisServer
from tests.support.sessions import keyring, record_of, session_store

OFTEN_S = 0.02
PATIENCE_S = 10.0


@pytest.fixture
def store(redis: Redis) -> SessionStore:
    return session_store(redis)


async def rows() -> AsyncGenerator[int]:
    """A stream that never ends by itself."""
    number = 0
    while True:
        yield number
        number += 1
        await asyncio.sleep(0)


async def read(
    store: SessionStore, cookie: str, source: AsyncGenerator[int], seen: list[int]
) -> None:
    """Put what a watched stream gives out into `seen`."""
    async with (
        asyncio.timeout(PATIENCE_S),
        watched(store, cookie, every_s=OFTEN_S) as watch,
        aclosing(while_living(source, watch)) as items,
    ):
        async for item in items:
            seen.append(item)  # noqa: PERF401 - what came before an error is looked at


@asynccontextmanager
async def reading(store: SessionStore, cookie: str, seen: list[int]) -> AsyncGenerator[None]:
    """Read the stream that never ends in the background; it must still go on at the end."""
    task = asyncio.create_task(read(store, cookie, rows(), seen))
    yield
    assert not task.done()
    task.cancel()
    await asyncio.wait([task])


async def silence(closed: asyncio.Event) -> AsyncGenerator[int]:
    """A stream on which nothing happens; tells when it was closed."""
    try:
        await asyncio.Event().wait()
        yield 0
    finally:
        closed.set()


async def test_a_stream_that_waits_ends_with_its_session(store: SessionStore) -> None:
    cookie, _ = await store.create(record_of())
    closed = asyncio.Event()
    stream = asyncio.create_task(read(store, cookie, silence(closed), []))

    await store.end(cookie)

    with pytest.raises(SessionInvalid):
        await stream
    assert closed.is_set()


async def test_a_busy_stream_ends_with_its_session(store: SessionStore) -> None:
    cookie, _ = await store.create(record_of())
    seen: list[int] = []
    stream = asyncio.create_task(read(store, cookie, rows(), seen))
    await until_more(seen)

    await store.end(cookie)

    with pytest.raises(SessionInvalid):
        await stream


async def test_every_item_comes_in_order_and_the_end_is_the_end(store: SessionStore) -> None:
    async def hundred() -> AsyncGenerator[int]:
        for number in range(100):
            yield number

    cookie, _ = await store.create(record_of())
    seen: list[int] = []

    await read(store, cookie, hundred(), seen)

    assert seen == list(range(100))


async def test_an_error_of_the_source_is_passed_on(store: SessionStore) -> None:
    async def broken() -> AsyncGenerator[int]:
        yield 1
        raise ValueError("a node was cut off")

    cookie, _ = await store.create(record_of())
    seen: list[int] = []

    with pytest.raises(ValueError, match="cut off"):
        await read(store, cookie, broken(), seen)

    assert seen == [1]


async def test_whoever_leaves_early_closes_the_source(store: SessionStore) -> None:
    closed = asyncio.Event()
    cookie, _ = await store.create(record_of())
    stream = asyncio.create_task(read(store, cookie, silence(closed), []))
    await asyncio.sleep(0)

    while not closed.is_set():
        stream.cancel()
        await asyncio.wait([stream])

    assert stream.cancelled()


async def test_watching_is_no_activity(store: SessionStore, redis: Redis) -> None:
    cookie, session = await store.create(record_of())
    long_ago = session.now - 3600
    await redis.hset(session.key, "seen", str(long_ago))
    async with asyncio.timeout(PATIENCE_S), watched(store, cookie, every_s=OFTEN_S):
        before = await _scripts_run(redis)
        while await _scripts_run(redis) < before + 3:  # noqa: ASYNC110 - the server counts
            await asyncio.sleep(OFTEN_S)

    assert (await store.open(cookie, activity=False)).seen == pytest.approx(long_ago)


async def test_a_stream_pauses_while_redis_is_away_and_goes_on_after(
    store: SessionStore, redis_server: RedisServer
) -> None:
    cookie, _ = await store.create(record_of())
    seen: list[int] = []

    async with reading(store, cookie, seen):
        await until_more(seen)
        redis_server.kill()
        await until_still(seen)
        redis_server.start()
        await until_more(seen)

    assert seen == list(range(len(seen)))


async def test_a_key_that_is_missing_here_pauses_the_stream_and_does_not_end_it(
    redis: Redis, store: SessionStore
) -> None:
    cookie, _ = await store.create(record_of())
    seen: list[int] = []

    async with reading(session_store(redis, ring=keyring("second")), cookie, seen):
        await until_more(seen)
        await until_still(seen)


async def until_more(seen: list[int]) -> None:
    before = len(seen)
    await until(lambda: len(seen) > before)


async def until_still(seen: list[int]) -> None:
    """Wait until nothing has come for many looks."""
    counts = [-1] * 10

    def is_still() -> bool:
        counts.append(len(seen))
        return counts[-10] == counts[-1]

    await until(is_still, every_s=OFTEN_S)


async def until(holds: Callable[[], bool], *, every_s: float = 0.001) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not holds():  # noqa: ASYNC110 - a list is all there is to look at
            await asyncio.sleep(every_s)


async def _scripts_run(redis: Redis) -> int:
    stats = await redis.info("commandstats")
    return int(stats["cmdstat_evalsha"]["calls"])
