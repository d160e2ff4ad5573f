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

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import TypedDict

from companion.asgi.context import ContextMiddleware
from companion.asgi.forwarded import ForwardedMiddleware
from companion.asgi.hosts import HostsMiddleware
from companion.asgi.problems import ProblemMiddleware, exception_handlers
from companion.asgi.security_headers import SecurityHeadersMiddleware
from companion.asgi.unsafe import UnsafeMethodsMiddleware
from companion.clock import Clock, SystemClock
from companion.health import Readiness, health_routes, mode_check, store_check
from companion.metrics import HttpMetrics, metrics_app, new_registry
from companion.mode import mode_of
from companion.nodes import NodeConfig
from companion.sessions.due import DueSessions
from companion.sessions.refused_tokens import RefusedTokens
from companion.sessions.store import SessionStore
from companion.store import connect
from companion.technitium.client import NodePool
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route

from node_proxy.adapters.answer_memory import AnswerMemory
from node_proxy.adapters.call_metrics import CallMetrics
from node_proxy.adapters.legacy_keys import LegacyKeys
from node_proxy.adapters.redis_cluster_token import tell_cluster_token_use
from node_proxy.adapters.redis_parts import RedisParts
from node_proxy.adapters.technitium_nodes import WayToNodes
from node_proxy.domain.fan_out import NODE_DEADLINE_S
from node_proxy.domain.logs.service import Logs
from node_proxy.domain.ports import Parts, PersonsNodesOf
from node_proxy.openapi.table import node_proxy_document
from node_proxy.routes import dashboard, forward, health, log_export, log_tail, logs, lookup, nodes
from node_proxy.routes.openapi import OwnDocument
from node_proxy.settings import Settings

SERVICE = "node-proxy"


class State(TypedDict):
    """What the lifespan provides to the routes."""

    clock: Clock
    started: float
    configs: tuple[NodeConfig, ...]
    sessions: SessionStore
    nodes_of: PersonsNodesOf
    session_auth: bool
    parts: Parts
    logs: Logs
    # Set by the server when it begins to end, so that streams do.
    ending: asyncio.Event


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
    sessions = SessionStore(
        redis,
        keyring=settings.sessions.keyring,
        pepper=settings.sessions.pepper,
        limits=settings.sessions.limits,
    )
    readiness = Readiness(
        {
            "redis": store_check(redis),
            "mode": mode_check(redis, mode_of(session_auth=settings.session_auth)),
        }
    )
    registry = new_registry(SERVICE)
    call_metrics = CallMetrics(registry)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[State]:
        async with (
            redis,
            NodePool(settings.nodes) as pool,
            aclosing(AnswerMemory(monotonic=clock.monotonic)) as memory,
            aclosing(Logs.start(clock.monotonic)) as query_logs,
            LegacyKeys(
                settings.node_tokens,
                pool,
                monotonic=clock.monotonic,
                deadline_s=node_deadline_s,
            ) as everybodys,
        ):
            if not settings.session_auth:
                await tell_cluster_token_use(redis, settings.node_tokens)
            way = WayToNodes(
                pool=pool,
                sessions=sessions,
                refused_tokens=RefusedTokens(sessions, DueSessions(redis)),
                everybodys=everybodys,
                metrics=call_metrics,
                memory=memory,
                monotonic=clock.monotonic,
                deadline_s=node_deadline_s,
            )
            yield State(
                clock=clock,
                started=clock.monotonic(),
                configs=settings.nodes,
                sessions=sessions,
                nodes_of=way.for_caller,
                session_auth=settings.session_auth,
                parts=RedisParts(redis, readiness),
                logs=query_logs,
                ending=asyncio.Event(),
            )

    public = Starlette(
        routes=[
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
            Route(
                "/api/primary/technitium/{path:path}", forward.to_primary, methods=forward.METHODS
            ),
            Route("/api/openapi.json", OwnDocument(node_proxy_document()).get),
            *health_routes(SERVICE, readiness),
        ],
        middleware=[
            # Outermost, so that every answer has a request id and is told of; the door's own id,
            # so that both tell of one request by one name.
            Middleware(ContextMiddleware, observe=HttpMetrics(registry), door=settings.transport),
            # Before whatever may refuse: refusals carry these headers too. HSTS is the door's to
            # say, which knows whose certificate browsers see.
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
    # A path means what it says: no answer sends anybody to another spelling of it.
    public.router.redirect_slashes = False
    return Apps(public=public, metrics=metrics_app(SERVICE, registry, readiness))
