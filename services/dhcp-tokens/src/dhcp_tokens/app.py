"""dhcp-tokens: will open the DHCP API to scripts that hold a token; it has no routes of it yet.

Promise: it answers probes, and for everything else that there is nothing here. It pretends
nothing: no token is accepted, and no path of the API answers anything but 404.

Without Redis it lives and is not ready.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypedDict

from companion.asgi.context import ContextMiddleware
from companion.asgi.forwarded import ForwardedMiddleware
from companion.asgi.hosts import HostsMiddleware
from companion.asgi.problems import ProblemMiddleware, exception_handlers
from companion.asgi.security_headers import SecurityHeadersMiddleware
from companion.asgi.unsafe import UnsafeMethodsMiddleware
from companion.health import Readiness, health_routes, mode_check, store_check
from companion.metrics import HttpMetrics, metrics_app, new_registry
from companion.mode import mode_of
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
    readiness = Readiness(
        {
            "redis": store_check(redis),
            "mode": mode_check(redis, mode_of(session_auth=settings.session_auth)),
        }
    )
    registry = new_registry(SERVICE)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[State]:
        async with redis:
            yield State()

    public = Starlette(
        routes=health_routes(SERVICE, readiness),
        middleware=[
            # Outermost, so that every answer has a request id and is told of.
            Middleware(ContextMiddleware, observe=HttpMetrics(registry), door=settings.transport),
            # Before whatever may refuse: refusals carry these headers too.
            Middleware(SecurityHeadersMiddleware, hsts=False),
            # Before whatever asks where a request comes from.
            Middleware(ForwardedMiddleware, settings=settings.transport),
            # Around whatever may fail.
            Middleware(ProblemMiddleware),
            # Where nobody signs in, a name is all that tells a foreign page.
            Middleware(
                HostsMiddleware,
                allowed=settings.transport.allowed_hosts,
                always=not settings.session_auth,
            ),
            # Last before the routes: nothing that changes anything is reached past it.
            Middleware(UnsafeMethodsMiddleware, allowed=settings.transport.cors_origins),
        ],
        exception_handlers=exception_handlers(),
        lifespan=lifespan,
    )
    return Apps(public=public, metrics=metrics_app(SERVICE, registry, readiness))
