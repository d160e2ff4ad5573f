"""auth-gateway: signs people in and out, says who they are, serves the pages, and is the door.

Promise: a Technitium token never leaves the servers. The browser holds one cookie; what it stands
for lies sealed in Redis. Every token that a node ever gave is ended there when its session ends,
however that happens and whichever replica was asked. Tries of passwords are counted over all of
them, so that no node locks anybody out; node sessions live as long as ours, and not longer than
their user. People see and end their sessions here; another application behind Traefik learns from
it who comes, and other services of ours, on the internal listener, whose cookie it is.

Where nobody signs in (legacy mode), it is the door, the pages and a word of warning.

What happens when something is away: without Redis nobody is signed in or out, whoever has a cookie
gets 503 with Retry-After and keeps it, and no password is sent anywhere; a node that is down or
hangs costs a sign-in at most its deadline and is reported, and its tokens wait in the outbox; a
service behind the door that is down is 503 for its own paths only.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from companion.asgi.context import ContextMiddleware
from companion.asgi.forwarded import ForwardedMiddleware
from companion.asgi.hosts import HostsMiddleware
from companion.asgi.problems import ProblemMiddleware, exception_handlers
from companion.asgi.security_headers import SecurityHeadersMiddleware
from companion.asgi.unsafe import UnsafeMethodsMiddleware
from companion.health import Readiness, health_routes, store_check
from companion.metrics import HttpMetrics, metrics_app, new_registry
from companion.mode import mode_of
from companion.store import connect
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount, Route

from auth_gateway.adapters.package_web import read_web
from auth_gateway.adapters.prometheus_tally import PrometheusTally
from auth_gateway.adapters.redis_mode import RedisMode
from auth_gateway.domain.ports import Upstream
from auth_gateway.domain.web_files import web_files
from auth_gateway.openapi.table import gateway_document
from auth_gateway.routes import sessions
from auth_gateway.routes.door import forward
from auth_gateway.routes.https_redirect import HttpsRedirectMiddleware, OnlyHttps
from auth_gateway.routes.introspect import introspect
from auth_gateway.routes.legacy import without_sign_in
from auth_gateway.routes.login import login
from auth_gateway.routes.logout import logout
from auth_gateway.routes.me import me
from auth_gateway.routes.node_login import node_login, nodes_login
from auth_gateway.routes.not_here import not_here
from auth_gateway.routes.openapi import WholeDocument
from auth_gateway.routes.pages import Pages
from auth_gateway.routes.permissions import permissions
from auth_gateway.routes.state import Shared
from auth_gateway.routes.targets import TargetMiddleware
from auth_gateway.routes.verify import verify
from auth_gateway.settings import Settings
from auth_gateway.wiring.lifespan import running
from auth_gateway.wiring.timing import Timing
from auth_gateway.wiring.together import Together

SERVICE: Final = "auth-gateway"

# What dhcp-tokens serves; everything else below /api is node-proxy's.
DHCP_PATHS: Final = (
    *("/api/tokens", "/api/subnets", "/api/ranges", "/api/static-ips", "/api/leases"),
    *("/swagger-ui", "/api-docs"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Apps:
    """The applications, one for each listener, and the figures of all.

    Attributes:
        public: What people reach.
        plain: Sends people who come by plain HTTP to `public`, where that serves HTTPS itself.
        internal: What other services of ours reach.
        metrics: Metrics and probes.
    """

    public: Starlette
    plain: Starlette
    internal: Starlette
    metrics: Starlette
    registry: CollectorRegistry


def create_apps(settings: Settings, *, timing: Timing | None = None) -> Apps:
    """All applications over one Redis client and one set of connections to the nodes."""
    redis = connect(settings.redis_url)
    mode = RedisMode(redis, mode_of(session_auth=settings.session_auth))
    readiness = Readiness({"redis": store_check(redis), "mode": mode.check})
    registry = new_registry(SERVICE)
    tally = PrometheusTally(registry)

    @asynccontextmanager
    async def opened() -> AsyncGenerator[Shared]:
        async with (
            redis,
            running(settings, redis, mode=mode, tally=tally, timing=timing or Timing()) as shared,
        ):
            yield shared

    together = Together(opened)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[Shared]:
        async with together.held() as shared:
            yield shared

    observe = HttpMetrics(registry)
    in_mode = list if settings.session_auth else without_sign_in
    public = Starlette(
        routes=[*in_mode(_own_routes(readiness)), *_door(settings), *_pages()],
        middleware=[
            *_outer(settings, observe),
            # Behind what checks the target, which stands in the answer.
            *([Middleware(HttpsRedirectMiddleware)] if settings.session_auth else []),
            # Last before the routes: nothing that changes anything is reached past it.
            Middleware(UnsafeMethodsMiddleware, allowed=settings.transport.cors_origins),
        ],
        exception_handlers=exception_handlers(),
        lifespan=lifespan,
    )
    # A path means what it says: no answer sends anybody to another spelling of it.
    public.router.redirect_slashes = False
    metrics = metrics_app(SERVICE, registry, readiness)
    plain = Starlette(
        routes=[Mount("/", app=OnlyHttps(settings.listen.port))],
        middleware=_outer(settings, observe),
    )
    internal = Starlette(
        routes=in_mode(_internal_routes()),
        middleware=[
            Middleware(ContextMiddleware, observe=observe),
            Middleware(SecurityHeadersMiddleware, hsts=False),
            Middleware(ProblemMiddleware),
        ],
        exception_handlers=exception_handlers(),
        lifespan=lifespan,
    )
    internal.router.redirect_slashes = False
    return Apps(public=public, plain=plain, internal=internal, metrics=metrics, registry=registry)


def _outer(settings: Settings, observe: HttpMetrics) -> list[Middleware]:
    """What stands around everything that people reach, from the outside in."""
    return [
        # Outermost, so that every answer has a request id and is told of.
        Middleware(ContextMiddleware, observe=observe),
        # Before whatever may refuse: refusals carry these headers too.
        Middleware(SecurityHeadersMiddleware, own_certificate=settings.own_certificate),
        # Before whatever asks where a request comes from; nothing behind it sees what must
        # not be believed.
        Middleware(ForwardedMiddleware, settings=settings.transport),
        # Around whatever may fail.
        Middleware(ProblemMiddleware),
        # Before any route looks at a path.
        Middleware(TargetMiddleware),
        # Where nobody signs in, a name is all that tells a foreign page.
        Middleware(
            HostsMiddleware,
            allowed=settings.transport.allowed_hosts,
            always=not settings.session_auth,
        ),
    ]


def _own_routes(readiness: Readiness) -> list[BaseRoute]:
    return [
        Route("/api/auth/me", me, methods=["GET"]),
        Route("/api/auth/login", login, methods=["POST"]),
        Route("/api/auth/logout", logout, methods=["POST"]),
        Route("/api/auth/nodes/login", nodes_login, methods=["POST"]),
        Route("/api/auth/nodes/{node_id}/login", node_login, methods=["POST"]),
        Route("/api/auth/sessions", sessions.own, methods=["GET"]),
        Route("/api/auth/sessions/end-others", sessions.end_others, methods=["POST"]),
        Route("/api/auth/sessions/{session_id}", sessions.end_one, methods=["DELETE"]),
        Route("/api/auth/permissions", permissions, methods=["GET"]),
        Route("/api/auth/verify", verify, methods=["GET"]),
        *health_routes(SERVICE, readiness),
        # What is ours is not forwarded, and what is internal is not public.
        Mount("/api/auth", app=not_here),
        Mount("/internal", app=not_here),
    ]


def _internal_routes() -> list[BaseRoute]:
    """For other services of ours, each with the list of those that may ask."""
    return [Route("/internal/introspect", introspect, methods=["POST"])]


def _door(settings: Settings) -> list[BaseRoute]:
    node_proxy = Upstream(name="node-proxy", base_url=settings.node_proxy_url)
    dhcp_tokens = Upstream(name="dhcp-tokens", base_url=settings.dhcp_tokens_url)
    whole = WholeDocument(gateway_document(), node_proxy)
    return [
        Route("/api/openapi.json", whole.get, methods=["GET"]),
        *(route for prefix in DHCP_PATHS for route in forward(prefix, dhcp_tokens)),
        *forward("/api", node_proxy),
    ]


def _pages() -> list[BaseRoute]:
    return [Route("/{path:path}", Pages(web_files(read_web())).page, methods=["GET"])]
