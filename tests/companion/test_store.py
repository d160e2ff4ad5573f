"""The way to Redis: bounded in time, one error, and there again at once after a restart."""

import asyncio
import time

import pytest
import redis.exceptions
from companion.store import StoreUnavailable, connect, store_errors, store_time
from redis.asyncio import Redis

from tests.support.redis import RedisServer

ERRORS = [
    found
    for found in vars(redis.exceptions).values()
    if isinstance(found, type)
    and issubclass(found, redis.exceptions.RedisError)
    and found.__module__ == redis.exceptions.__name__
]


@pytest.mark.parametrize(
    "error",
    [*ERRORS, OSError, TimeoutError],
    ids=lambda error: f"{error.__module__}.{error.__name__}",
)
def test_every_error_of_redis_is_an_unavailable_store(error: type[Exception]) -> None:
    with pytest.raises(StoreUnavailable), store_errors():
        raise error.__new__(error)


def test_the_text_of_an_error_is_not_shown() -> None:
    with pytest.raises(StoreUnavailable) as raised, store_errors():
        raise redis.exceptions.ResponseError("SET key canary")

    assert "canary" not in str(raised.value)


def test_other_errors_pass() -> None:
    with pytest.raises(KeyError), store_errors():
        raise KeyError


async def test_nothing_is_sent_before_the_first_command() -> None:
    async with connect("unix:///nowhere.sock") as client:
        with pytest.raises(StoreUnavailable):
            await store_time(client)


async def test_an_error_answer_of_the_server_is_an_unavailable_store(redis: Redis) -> None:
    await redis.config_set("maxmemory", 1)
    try:
        with pytest.raises(StoreUnavailable), store_errors():
            await redis.set("a", "b")
    finally:
        await redis.config_set("maxmemory", 0)


async def test_a_command_ends_within_the_deadline_that_was_given(
    redis_server: RedisServer, redis_url: str
) -> None:
    async with connect(redis_url, timeout_s=0.2) as client:
        await client.ping()
        redis_server.pause()
        try:
            for _ in range(2):
                started = time.monotonic()
                with pytest.raises(StoreUnavailable):
                    await store_time(client)
                assert time.monotonic() - started < 1.2
        finally:
            redis_server.resume()
        assert await store_time(client)


async def two_in_one(client: Redis) -> list[bytes]:
    pipeline = client.pipeline()
    pipeline.echo("a")
    pipeline.echo("b")
    return await pipeline.execute()


async def test_a_pipeline_ends_within_the_deadline_too(
    redis_server: RedisServer, redis_url: str
) -> None:
    async with connect(redis_url, timeout_s=0.2) as client:
        assert await two_in_one(client) == [b"a", b"b"]
        redis_server.pause()
        try:
            started = time.monotonic()
            with pytest.raises(StoreUnavailable), store_errors():
                await two_in_one(client)
            assert time.monotonic() - started < 1.2
        finally:
            redis_server.resume()


async def test_more_callers_than_connections_are_all_served(redis: Redis) -> None:
    answers = await asyncio.gather(*(redis.incr("count") for _ in range(1000)))

    assert sorted(answers) == list(range(1, 1001))
    assert (await redis.info("clients"))["connected_clients"] <= 70


async def test_the_first_command_after_a_restart_is_answered(
    redis: Redis, redis_server: RedisServer
) -> None:
    await redis.set("kept", "yes")
    redis_server.kill()
    with pytest.raises(StoreUnavailable), store_errors():
        await redis.get("kept")

    redis_server.start()

    assert await redis.get("kept") == b"yes"


@pytest.mark.parametrize(
    "url",
    [
        "redis+sentinel://",
        "redis+sentinel://host1,host2",
        "redis+sentinel://host1,host2/name/first",
        "redis+sentinel://,host2/name/0",
        "http://localhost/0",
        "localhost:6379",
    ],
)
def test_a_url_of_another_form_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"REDIS_URL|redis://"):
        connect(url)
