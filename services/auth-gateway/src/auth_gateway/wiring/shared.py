"""What the routes find in the state of a request, put together once."""

import asyncio
import time
from typing import Final

from companion.identity import Verifier
from companion.redis_clock import RedisClock
from companion.sessions.refused_tokens import RefusedTokens
from companion.technitium.pool import NodePool
from redis.asyncio import Redis

from auth_gateway.adapters.redis_background import RedisBackgroundState
from auth_gateway.adapters.redis_cluster_token import RedisClusterTokenUse
from auth_gateway.adapters.technitium_rights import TechnitiumRights
from auth_gateway.domain.identity import Identity
from auth_gateway.domain.me import Stack
from auth_gateway.domain.permissions import Rights
from auth_gateway.domain.ports import Kick, Tally, Upstreams
from auth_gateway.routes.state import Shared
from auth_gateway.settings import Settings
from auth_gateway.wiring.sign_in import SignIn
from auth_gateway.wiring.stored import Stored
from auth_gateway.wiring.timing import Timing

# What services that call this one sign for.
AUDIENCE: Final = "auth-gateway"


def shared(
    settings: Settings,
    redis: Redis,
    stored: Stored,
    pool: NodePool,
    *,
    sign_in: SignIn,
    identity: Identity,
    upstreams: Upstreams,
    tally: Tally,
    kick: Kick,
    timing: Timing,
) -> Shared:
    """All of it; `kick` wakes whoever works on the outbox."""
    return Shared(
        sessions=stored.sessions,
        admission=sign_in.admission,
        re_entry=sign_in.re_entry,
        identity=identity,
        rights=Rights(
            TechnitiumRights(pool, deadline_s=timing.rights_deadline_s),
            configs=settings.nodes,
            monotonic=time.monotonic,
        ),
        refused_tokens=RefusedTokens(stored.sessions, stored.due),
        verifier=Verifier(settings.internal_secret, AUDIENCE),
        redis_clock=RedisClock(redis, monotonic=time.monotonic),
        background=RedisBackgroundState(redis, monotonic=time.monotonic),
        cluster_token_use=RedisClusterTokenUse(redis),
        session_auth=settings.session_auth,
        upstreams=upstreams,
        tally=tally,
        stack=_stack(settings),
        kick_outbox=kick,
        ending=asyncio.Event(),
    )


def _stack(settings: Settings) -> Stack:
    return Stack(
        nodes=settings.nodes,
        session_auth=settings.session_auth,
        limits=settings.sessions.limits,
        cluster_token_configured=settings.cluster_token_configured,
        https_enabled=settings.transport.https,
        trust_proxy=settings.transport.trust_proxy,
        sandbox=settings.sandbox,
    )
