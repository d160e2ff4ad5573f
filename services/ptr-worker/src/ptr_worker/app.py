"""ptr-worker: holds the background token and tells the others what state it is in.

Promise: while it runs, Redis says within a minute what is known of the token; when it does not,
the entry runs out by itself and the gateway reports that the worker is gone. It looks up no names
yet and says so: a configured token is reported as unchecked, never as good.

Without Redis it lives on, is not ready, and announces itself as soon as Redis answers again.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable
from contextlib import asynccontextmanager
from typing import Protocol, TypedDict

import msgspec
import structlog
from companion import keys
from companion.health import stack_readiness
from companion.metrics import metrics_app, new_registry
from companion.store import StoreUnavailable, connect, store_errors
from starlette.applications import Starlette

from ptr_worker.settings import Settings

SERVICE = "ptr-worker"
STATE_TTL_S = 60
RENEW_S = 20.0
RETRY_S = 2.0
NOT_CHECKED = "This version does not look up names yet, so the token has not been checked."

log = structlog.get_logger(SERVICE)


class State(TypedDict):
    """What the lifespan provides: the announcing task, whose end is the end of the service."""

    announcing: asyncio.Task[None]


class Store(Protocol):
    """What announcing needs of a Redis client."""

    def set(self, name: str, value: bytes, *, ex: int) -> Awaitable[object]: ...


def create_app(
    settings: Settings, *, renew_s: float = RENEW_S, retry_s: float = RETRY_S
) -> Starlette:
    """The worker with its metrics and probes, which are all that it serves."""
    redis = connect(settings.redis_url)
    readiness = stack_readiness(redis, session_auth=settings.session_auth)
    state = msgspec.json.encode(token_state(settings))

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[State]:
        async with redis, asyncio.TaskGroup() as tasks:
            announcing = tasks.create_task(announce(redis, state, renew_s=renew_s, retry_s=retry_s))
            yield State(announcing=announcing)
            announcing.cancel()

    return metrics_app(SERVICE, new_registry(SERVICE), readiness, lifespan=lifespan)


def token_state(settings: Settings) -> dict[str, object]:
    """`backgroundPtrToken` as /api/auth/me shows it; not configured is not "validated"."""
    state: dict[str, object] = {
        "configured": settings.background_token is not None,
        "sessionAuthEnabled": settings.session_auth,
        "validated": False,
        "okForPtr": False,
        "state": "not_configured",
    }
    if settings.background_token is not None:
        state |= {"state": "checking", "transient": True, "reason": NOT_CHECKED}
    return state


async def announce(store: Store, state: bytes, *, renew_s: float, retry_s: float) -> None:
    """Write the state now and every `renew_s` seconds, until cancelled.

    While the store is gone it is tried every `retry_s` seconds; one line tells of each outage and
    one of its end.
    """
    reachable = True
    while True:
        try:
            with store_errors():
                await store.set(keys.BACKGROUND_TOKEN, state, ex=STATE_TTL_S)
        except StoreUnavailable as exc:
            if reachable:
                log.warning("the state of the background token cannot be told", reason=str(exc))
            reachable = False
        else:
            if not reachable:
                log.info("the state of the background token is told again")
            reachable = True
        await asyncio.sleep(renew_s if reachable else retry_s)
