"""dhcp-tokens: will open the DHCP API to scripts that hold a token; it has no routes of it yet.

Promise: it answers probes, and for everything else that there is nothing here. It pretends
nothing: no token is accepted, and no path of the API answers anything but 404.

Without Redis it lives and is not ready.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypedDict

from companion.asgi.behind_door import behind_door
from companion.asgi.problems import exception_handlers
from companion.asgi.unsafe import UnsafeMethodsMiddleware
from companion.health import health_routes, stack_readiness
from companion.metrics import HttpMetrics, metrics_app, new_registry
from companion.store import connect
from starlette.applications import Starlette
from starlette.middleware import Middleware

from dhcp_tokens.settings import Settings

SERVICE = "dhcp-tokens"


class State(TypedDict):
    """What the lifespan provides: nothing yet, no route needs anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Apps:
    """The public application and the one for metrics and probes."""

    public: Starlette
    metrics: Starlette


def create_apps(settings: Settings) -> Apps:
    """Both applications over one Redis client, which the public one opens and closes."""
    redis = connect(settings.redis_url)
    readiness = stack_readiness(redis, session_auth=settings.session_auth)
    registry = new_registry(SERVICE)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[State]:
        async with redis:
            yield State()

    public = Starlette(
        routes=health_routes(SERVICE, readiness),
        middleware=[
            # An id for each request, security headers, where it comes from, problem documents,
            # and which names are served.
            *behind_door(
                settings.transport, HttpMetrics(registry), session_auth=settings.session_auth
            ),
            # Last before the routes: nothing that changes anything is reached past it.
            Middleware(UnsafeMethodsMiddleware, allowed=settings.transport.cors_origins),
        ],
        exception_handlers=exception_handlers(),
        lifespan=lifespan,
    )
    return Apps(public=public, metrics=metrics_app(SERVICE, registry, readiness))
