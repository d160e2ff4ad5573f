"""The way to Redis: one client whose every command ends in time, one error for all its faults.

Only this module, `companion.sessions` and the adapters of the services import redis.
"""

import asyncio
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from urllib.parse import unquote, urlsplit

from redis.asyncio import ConnectionPool, Redis
from redis.asyncio.client import Pipeline
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel, SentinelConnectionPool
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

_SENTINEL_SCHEME = "redis+sentinel"
_SENTINEL_PORT = 26_379
_CONNECTIONS = 64


class StoreUnavailable(Exception):  # noqa: N818 - it states an outcome, not a fault
    """Redis did not answer in time, or refused to serve.

    Whether a write took place is unknown: repeat it only where it is idempotent.
    """


@contextmanager
def store_errors() -> Generator[None]:
    """Turns every error of Redis, of its client and of the way there into StoreUnavailable.

    Answers such as READONLY, LOADING, OOM and MASTERDOWN count too: the store cannot serve now.
    The text of the original error is not shown on, since it may quote a command.
    """
    try:
        yield
    except (RedisError, OSError, TimeoutError) as exc:
        raise StoreUnavailable(f"Redis is not available ({type(exc).__name__}).") from exc


def connect(url: str, *, timeout_s: float = 1.0) -> Redis:
    """A client of the Redis at `url`; nothing is sent before the first command.

    Every command has ended after `timeout_s`, waiting for a connection included. A command that
    meets a dropped connection is sent a second time on a new one, so that the first command after
    a restart of Redis succeeds: each command sent here must be idempotent or harmless twice. It
    is no client for blocking commands.

    Args:
        url: redis://, rediss:// or unix://, or redis+sentinel://[user:password@]host1,host2/name/db
            (the credentials are those of the Redis servers; sentinels are asked without).
        timeout_s: Seconds that a command may take.

    Raises:
        ValueError: The URL has none of these forms.
    """
    if urlsplit(url).scheme == _SENTINEL_SCHEME:
        sentinel, masters = _sentinel_pool(url, timeout_s)
        return _BoundedRedis(masters, _Bounds(timeout_s), sentinel=sentinel)
    pool = ConnectionPool.from_url(url, **_connection_options(timeout_s))
    return _BoundedRedis(pool, _Bounds(timeout_s))


async def store_time(redis: Redis) -> float:
    """Epoch seconds by the clock of Redis, the one clock that all replicas share.

    Raises:
        StoreUnavailable: Redis did not tell.
    """
    with store_errors():
        seconds, microseconds = await redis.time()
    return int(seconds) + int(microseconds) / 1e6


class _Bounds:
    """One deadline over each whole command, and how many may be under way at a time.

    Callers beyond that number wait for their turn within their own deadline; the pool of redis-py
    would refuse them at once. Its own timeouts are left out: on Python 3.11 the one for sending
    can swallow the end of ours, and the call would take twice as long.
    """

    def __init__(self, deadline_s: float) -> None:
        self._deadline_s = deadline_s
        self._turns = asyncio.Semaphore(_CONNECTIONS)

    @asynccontextmanager
    async def held(self) -> AsyncGenerator[None]:
        try:
            async with asyncio.timeout(self._deadline_s), self._turns:
                yield
        except TimeoutError as exc:
            raise RedisTimeoutError(f"No answer within {self._deadline_s} s.") from exc


class _BoundedRedis(Redis):
    """A client that keeps to its bounds in every command and pipeline."""

    def __init__(
        self, pool: ConnectionPool, bounds: _Bounds, *, sentinel: Sentinel | None = None
    ) -> None:
        super().__init__(connection_pool=pool)
        self.auto_close_connection_pool = True
        self._bounds = bounds
        self._sentinel = sentinel

    async def execute_command(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401 - as redis has it
        async with self._bounds.held():
            return await super().execute_command(*args, **options)  # type: ignore[no-untyped-call]

    def pipeline(self, transaction: bool = True, shard_hint: str | None = None) -> Pipeline:  # noqa: FBT001, FBT002
        pool, callbacks = self.connection_pool, self.response_callbacks
        pipeline = _BoundedPipeline(pool, callbacks, transaction, shard_hint)
        pipeline.bounds = self._bounds
        return pipeline

    async def aclose(self, close_connection_pool: bool | None = None) -> None:  # noqa: FBT001
        await super().aclose(close_connection_pool)
        if self._sentinel is not None:
            await self._sentinel.aclose()


class _BoundedPipeline(Pipeline):
    """A pipeline that keeps to the bounds of its client as one command does."""

    bounds: _Bounds

    async def execute(self, raise_on_error: bool = True) -> list[Any]:  # noqa: FBT001, FBT002
        async with self.bounds.held():
            return await super().execute(raise_on_error)


def _connection_options(timeout_s: float) -> dict[str, Any]:
    return {
        "socket_timeout": None,
        "socket_connect_timeout": timeout_s,
        # Once more on a dropped connection, never after a timeout: the deadline is spent then.
        "retry": Retry(NoBackoff(), 1, supported_errors=(RedisConnectionError,)),
        "max_connections": 2 * _CONNECTIONS,
        "protocol": 2,
        # No CLIENT SETINFO, which Redis 6.2 does not know.
        "driver_info": None,
    }


def _sentinel_pool(url: str, timeout_s: float) -> tuple[Sentinel, SentinelConnectionPool]:
    parts = urlsplit(url)
    credentials, _, hosts = parts.netloc.rpartition("@")
    name, _, database = parts.path.strip("/").partition("/")
    if not hosts or not name or not (database or "0").isdecimal():
        raise ValueError("Write REDIS_URL as redis+sentinel://host1,host2/name/db.")
    options = _connection_options(timeout_s) | {"db": int(database or "0")}
    # A sentinel that hangs must leave time to ask the next one and the server it names.
    asking = _connection_options(timeout_s / 4) | {
        "socket_timeout": timeout_s / 4,
        "retry": Retry(NoBackoff(), 0),
    }
    addresses = [_address(host) for host in hosts.split(",")]
    sentinel = Sentinel(addresses, sentinel_kwargs=asking)  # type: ignore[no-untyped-call]
    options |= _credentials(credentials)
    pool = SentinelConnectionPool(name, sentinel, **options)  # type: ignore[no-untyped-call]
    return sentinel, pool


def _address(host: str) -> tuple[str, int]:
    parts = urlsplit(f"//{host.strip()}")
    if not parts.hostname:
        raise ValueError("REDIS_URL names a sentinel without a host.")
    return parts.hostname, parts.port or _SENTINEL_PORT


def _credentials(text: str) -> dict[str, str]:
    """The user name and password before the hosts; a lone text is the password."""
    user, _, password = text.rpartition(":")
    found = {"username": unquote(user), "password": unquote(password)}
    return {name: value for name, value in found.items() if value}
