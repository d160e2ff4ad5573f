"""node-proxy: shows people their Technitium nodes, with each person's own rights there.

It tells what nodes are and how busy they were, merges and follows their query logs, has them look
names up, and passes scripts on to their own API.

Promise: a call for a person carries that person's token for that node and nobody else's; where
nobody signs in (legacy mode), those of the settings. Nodes are asked side by side, each with its
own deadline, so one that is down or hangs costs its own answer and never another's. No token leaves
this process but to the node it belongs to. What nodes answer is kept for seconds, for the session
that asked, until it changes something.

What happens when something is away: without Redis every request that needs a session is 503 with
Retry-After and the cookie stays; a node that does not answer is 502 or 504 on its own routes and
a state in lists; a node that no longer knows the token is 409, and that token is taken out of the
session so that pages offer to sign in there again; streams end with their session, and pause while
nobody can say whether it lives.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from companion.asgi.behind_door import behind_door
from companion.asgi.problems import exception_handlers
from companion.asgi.unsafe import UnsafeMethodsMiddleware
from companion.clock import Clock, SystemClock
from companion.health import Readiness, health_routes, stack_readiness
from companion.metrics import HttpMetrics, metrics_app, new_registry
from companion.store import connect
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Route

from node_proxy.adapters.call_metrics import CallMetrics
from node_proxy.domain.fan_out import NODE_DEADLINE_S
from node_proxy.openapi.table import node_proxy_document
from node_proxy.routes import dashboard, forward, health, log_export, log_tail, logs, lookup, nodes
from node_proxy.routes.openapi import OwnDocument
from node_proxy.routes.state import State
from node_proxy.settings import Settings
from node_proxy.wiring import running

SERVICE = "node-proxy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Apps:
    """The public application and the one for metrics and probes."""

    public: Starlette
    metrics: Starlette


def create_apps(
    settings: Settings, *, clock: Clock | None = None, node_deadline_s: float = NODE_DEADLINE_S
) -> Apps:
    """Both applications over one Redis client, which the public one opens and closes."""
    clock = clock or SystemClock()
    redis = connect(settings.redis_url)
    readiness = stack_readiness(redis, session_auth=settings.session_auth)
    registry = new_registry(SERVICE)
    call_metrics = CallMetrics(registry)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[State]:
        async with (
            redis,
            running(
                settings,
                redis,
                readiness=readiness,
                metrics=call_metrics,
                clock=clock,
                node_deadline_s=node_deadline_s,
            ) as state,
        ):
            yield state

    public = Starlette(
        routes=_routes(readiness),
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
    # A path means what it says: no answer sends anybody to another spelling of it.
    public.router.redirect_slashes = False
    return Apps(public=public, metrics=metrics_app(SERVICE, registry, readiness))


def _routes(readiness: Readiness) -> list[BaseRoute]:
    return [
        Route("/api/health", health.health),
        Route("/api/health/detailed", health.detailed),
        Route("/api/nodes", nodes.list_nodes),
        Route("/api/nodes/known-clients", nodes.list_known_clients),
        Route("/api/nodes/all/overview", dashboard.all_overviews),
        Route("/api/nodes/all/stats", dashboard.all_statistics),
        Route("/api/nodes/all/lookup", lookup.all_lookups),
        Route("/api/nodes/logs/combined", logs.combined),
        # The Companion's name for what its own store answers; here the nodes do.
        Route("/api/nodes/logs/combined/stored", logs.combined),
        Route("/api/nodes/logs/storage", logs.storage),
        Route("/api/nodes/logs/tail", log_tail.tail),
        Route("/api/nodes/logs/export", log_export.export),
        Route("/api/nodes/{node_id}/logs", logs.one_node),
        Route("/api/nodes/{node_id}/logs/stored", logs.one_node),
        Route("/api/nodes/{node_id}/overview", nodes.node_overview),
        Route("/api/nodes/{node_id}/stats", dashboard.node_statistics),
        Route("/api/nodes/{node_id}/lookup", lookup.node_lookup),
        Route("/api/nodes/{node_id}/apps", nodes.node_apps),
        Route("/api/nodes/{node_id}/cluster/state", nodes.node_cluster_state),
        Route("/api/nodes/{node_id}/cluster/settings", nodes.node_cluster_settings),
        Route("/api/nodes/all/technitium/{path:path}", forward.to_all, methods=forward.METHODS),
        Route(
            "/api/nodes/{node_id}/technitium/{path:path}",
            forward.to_node,
            methods=forward.METHODS,
        ),
        Route("/api/primary/technitium/{path:path}", forward.to_primary, methods=forward.METHODS),
        Route("/api/openapi.json", OwnDocument(node_proxy_document()).get),
        *health_routes(SERVICE, readiness),
    ]
