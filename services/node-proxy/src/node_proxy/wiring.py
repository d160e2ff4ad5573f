"""Opens what node-proxy works with, and closes it in the right order."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager

from companion.clock import Clock
from companion.health import Readiness
from companion.sessions.due import DueSessions
from companion.sessions.refused_tokens import RefusedTokens
from companion.sessions.store import SessionStore
from companion.technitium.pool import NodePool
from redis.asyncio import Redis

from node_proxy.adapters.answer_memory import AnswerMemory
from node_proxy.adapters.call_metrics import CallMetrics
from node_proxy.adapters.legacy_keys import LegacyKeys
from node_proxy.adapters.redis_cluster_token import tell_cluster_token_use
from node_proxy.adapters.redis_parts import RedisParts
from node_proxy.adapters.technitium_nodes import WayToNodes
from node_proxy.domain.logs.service import Logs
from node_proxy.routes.state import State
from node_proxy.settings import Settings


@asynccontextmanager
async def running(
    settings: Settings,
    redis: Redis,
    *,
    readiness: Readiness,
    metrics: CallMetrics,
    clock: Clock,
    node_deadline_s: float,
) -> AsyncGenerator[State]:
    """What the routes need; Redis, which is the caller's, outlives it."""
    sessions = _sessions(settings, redis)
    # Opened downwards, closed upwards: whatever asks nodes ends before their connections do.
    async with (
        NodePool(settings.nodes) as pool,
        aclosing(AnswerMemory(monotonic=clock.monotonic)) as memory,
        aclosing(Logs.start(clock.monotonic)) as query_logs,
        LegacyKeys(
            settings.node_tokens, pool, monotonic=clock.monotonic, deadline_s=node_deadline_s
        ) as everybodys,
    ):
        if not settings.session_auth:
            await tell_cluster_token_use(redis, settings.node_tokens)
        way = WayToNodes(
            pool=pool,
            sessions=sessions,
            refused_tokens=RefusedTokens(sessions, DueSessions(redis)),
            everybodys=everybodys,
            metrics=metrics,
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


def _sessions(settings: Settings, redis: Redis) -> SessionStore:
    return SessionStore(
        redis,
        keyring=settings.sessions.keyring,
        pepper=settings.sessions.pepper,
        limits=settings.sessions.limits,
    )
