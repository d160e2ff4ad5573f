"""Opens what the gateway works with, starts its jobs, and ends both in the right order."""

import secrets
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

from companion.sessions.outbox import Outbox, sweep
from companion.sessions.store import SessionStore
from companion.store import StoreUnavailable
from companion.technitium.client import NodePool
from redis.asyncio import Redis

from auth_gateway.adapters.aiohttp_upstream import AiohttpUpstream
from auth_gateway.adapters.redis_background import RedisBackgroundState
from auth_gateway.adapters.redis_mode import RedisMode
from auth_gateway.adapters.redis_regulation import RedisRegulation
from auth_gateway.adapters.redis_totp import RedisUsedCodes
from auth_gateway.adapters.technitium_logins import LOGIN_DEADLINE_S, TechnitiumLogins
from auth_gateway.domain.admission import Admission
from auth_gateway.domain.after_sign_in import AfterSignIn
from auth_gateway.domain.endings import Endings
from auth_gateway.domain.me import Stack
from auth_gateway.domain.node_patience import NodePatience
from auth_gateway.domain.password_check import PasswordCheck
from auth_gateway.domain.ports import Tally
from auth_gateway.jobs.background import Background
from auth_gateway.jobs.outbox import OutboxJob, Pace
from auth_gateway.jobs.sweeper import EVERY_S, SweeperJob
from auth_gateway.routes.state import Shared
from auth_gateway.settings import Settings

# How long the answer of a node that missed the deadline is awaited, so that its token can be ended.
LATE_S: Final = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """The gateway's own times in seconds; tests shorten them."""

    login_deadline_s: float = LOGIN_DEADLINE_S
    late_s: float = LATE_S
    sweep_every_s: float = EVERY_S
    outbox: Pace = field(default_factory=Pace)


@asynccontextmanager
async def running(
    settings: Settings, redis: Redis, *, mode: RedisMode, tally: Tally, timing: Timing
) -> AsyncGenerator[Shared]:
    """What the routes need, while the jobs run.

    At the end the jobs stop first; late answers of nodes still find the outbox; Redis, which is
    the caller's, outlives everything.
    """
    keyring, pepper = settings.sessions.keyring, settings.sessions.pepper
    limits = settings.sessions.limits
    sessions = SessionStore(redis, keyring=keyring, pepper=pepper, limits=limits)
    regulation = RedisRegulation(redis, pepper=pepper)
    node_ids = [node.id for node in settings.nodes]
    async with (
        AiohttpUpstream() as upstreams,
        NodePool(settings.nodes, late_s=timing.late_s) as pool,
        Background() as background,
    ):
        nodes = TechnitiumLogins(pool, login_deadline_s=timing.login_deadline_s)
        outbox = OutboxJob(
            outbox=Outbox(redis, keyring=keyring),
            nodes=nodes,
            node_ids=node_ids,
            tally=tally,
            consumer=_new_id(),
            now=time.time,
            patience=NodePatience(
                monotonic=time.monotonic, first_pause_s=timing.outbox.first_pause_s
            ),
            pace=timing.outbox,
        )
        sweeper = SweeperJob(
            sweep=lambda count: sweep(redis, limits=limits, count=count),
            tally=tally,
            kick=outbox.kick,
            every_s=timing.sweep_every_s,
        )
        background.start(_publish(mode))
        background.start(outbox.run())
        background.start(sweeper.run())
        yield Shared(
            sessions=sessions,
            admission=Admission(
                node_ids=node_ids,
                check=PasswordCheck(
                    nodes=nodes,
                    regulation=regulation,
                    codes=RedisUsedCodes(redis, pepper=pepper),
                    new_id=_new_id,
                ),
                sessions=sessions,
                endings=Endings(bin_=sessions, nodes=nodes, kick=outbox.kick),
                after=AfterSignIn(nodes=nodes, regulation=regulation, sessions=sessions),
                spawn=background.start,
                new_id=_new_id,
            ),
            background=RedisBackgroundState(redis, monotonic=time.monotonic),
            upstreams=upstreams,
            tally=tally,
            stack=_stack(settings),
            kick_outbox=outbox.kick,
        )


async def _publish(mode: RedisMode) -> None:
    """Say at once which mode runs; while Redis is away, readiness says it later."""
    with suppress(StoreUnavailable):
        await mode.publish()


def _stack(settings: Settings) -> Stack:
    return Stack(
        nodes=settings.nodes,
        limits=settings.sessions.limits,
        cluster_token_configured=settings.cluster_token_configured,
        https_enabled=settings.transport.https,
        trust_proxy=settings.transport.trust_proxy,
        sandbox=settings.sandbox,
    )


def _new_id() -> str:
    """A name for a sign-in, a session in lists or a process; it proves nothing."""
    return secrets.token_hex(12)
