"""Opens what the gateway works with, starts its jobs, and ends both in the right order."""

import asyncio
import secrets
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

from companion.identity import Verifier
from companion.redis_clock import RedisClock
from companion.sessions.census import sealed_outbox, sealed_sessions
from companion.sessions.due import DueSessions
from companion.sessions.outbox import Outbox, sweep
from companion.sessions.refused_tokens import RefusedTokens
from companion.sessions.store import SessionStore
from companion.store import StoreUnavailable
from companion.technitium.client import NodePool
from redis.asyncio import Redis

from auth_gateway.adapters.aiohttp_upstream import AiohttpUpstream
from auth_gateway.adapters.redis_background import RedisBackgroundState
from auth_gateway.adapters.redis_cluster_token import RedisClusterTokenUse
from auth_gateway.adapters.redis_identity import RedisIdentityMembers
from auth_gateway.adapters.redis_intents import RedisIntents
from auth_gateway.adapters.redis_mode import RedisMode
from auth_gateway.adapters.redis_regulation import RedisRegulation
from auth_gateway.adapters.redis_totp import RedisUsedCodes
from auth_gateway.adapters.technitium_logins import LOGIN_DEADLINE_S, TechnitiumLogins
from auth_gateway.adapters.technitium_rights import RIGHTS_DEADLINE_S, TechnitiumRights
from auth_gateway.adapters.technitium_sso import TechnitiumSingleSignOn
from auth_gateway.adapters.technitium_upkeep import TechnitiumUpkeep
from auth_gateway.domain import audit
from auth_gateway.domain.admission import Admission
from auth_gateway.domain.after_sign_in import AfterSignIn
from auth_gateway.domain.endings import Endings
from auth_gateway.domain.ghosts import LOOK_AGAIN_S, Ghosts
from auth_gateway.domain.identity import Identity
from auth_gateway.domain.known_networks import KnownNetworks
from auth_gateway.domain.me import Stack
from auth_gateway.domain.node_patience import NodePatience
from auth_gateway.domain.password_check import PasswordCheck
from auth_gateway.domain.permissions import Rights
from auth_gateway.domain.ports import Tally
from auth_gateway.domain.re_entry import ReEntry
from auth_gateway.jobs import ghosts as ghosts_job
from auth_gateway.jobs.background import Background
from auth_gateway.jobs.census import EVERY_S as CENSUS_EVERY_S
from auth_gateway.jobs.census import CensusJob
from auth_gateway.jobs.outbox import OutboxJob, Pace
from auth_gateway.jobs.sweeper import EVERY_S, SweeperJob
from auth_gateway.jobs.upkeep import UpkeepPace, upkeep_job
from auth_gateway.routes.state import Shared
from auth_gateway.settings import Settings

# How long the answer of a node that missed the deadline is awaited, so that its token can be ended.
LATE_S: Final = 30.0
# What services that call this one sign for.
AUDIENCE: Final = "auth-gateway"
# What storing the answer takes after that, at most.
STORING_S: Final = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """The gateway's own times in seconds; tests shorten them."""

    login_deadline_s: float = LOGIN_DEADLINE_S
    rights_deadline_s: float = RIGHTS_DEADLINE_S
    late_s: float = LATE_S
    sweep_every_s: float = EVERY_S
    census_every_s: float = CENSUS_EVERY_S
    ghosts_every_s: float = ghosts_job.EVERY_S
    ghosts_look_again_s: float = LOOK_AGAIN_S
    outbox: Pace = field(default_factory=Pace)
    upkeep: UpkeepPace = field(default_factory=UpkeepPace)


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
    intents = RedisIntents(
        redis,
        pepper=pepper,
        owner=_new_id(),
        pending_s=timing.login_deadline_s + timing.late_s + STORING_S,
    )
    node_ids = [node.id for node in settings.nodes]
    identity = Identity(
        settings.identity_nodes,
        configs=settings.nodes,
        members=RedisIdentityMembers(redis, keyring=keyring),
    )
    async with (
        _taking_leave(intents),
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
        check = PasswordCheck(
            nodes=nodes,
            regulation=regulation,
            codes=RedisUsedCodes(redis, pepper=pepper),
            intents=intents,
            known=KnownNetworks(sessions),
            new_id=_new_id,
        )
        endings = Endings(bin_=sessions, nodes=nodes, intents=intents, kick=outbox.kick)
        ghosts = Ghosts(
            intents=intents,
            nodes=nodes,
            sessions=sessions,
            tell=audit.tell_ghost_ended,
            sleep=asyncio.sleep,
            look_again_s=timing.ghosts_look_again_s,
        )
        upkeep = upkeep_job(
            sessions=sessions,
            due=DueSessions(redis),
            nodes=TechnitiumUpkeep(pool, deadline_s=timing.upkeep.answer_s),
            node_ids=node_ids,
            tally=tally,
            kick=outbox.kick,
            pace=timing.upkeep,
        )
        background.start(mode.keep())
        background.start(outbox.run())
        counting = CensusJob(
            counts={
                "session": lambda: sealed_sessions(redis),
                "outbox": lambda: sealed_outbox(redis),
            },
            key_ids=keyring.key_ids,
            tally=tally,
            every_s=timing.census_every_s,
        )
        background.start(sweeper.run())
        background.start(counting.run())
        background.start(
            ghosts_job.GhostsJob(
                intents=intents,
                unheard=regulation.unheard,
                depth=Outbox(redis, keyring=keyring).depth,
                tally=tally,
                every_s=timing.ghosts_every_s,
            ).run()
        )
        if settings.session_auth:
            background.start(upkeep.run())
        yield Shared(
            sessions=sessions,
            admission=Admission(
                node_ids=node_ids,
                check=check,
                sessions=sessions,
                endings=endings,
                after=AfterSignIn(
                    nodes=nodes,
                    regulation=regulation,
                    sessions=sessions,
                    intents=intents,
                    ghosts=ghosts,
                ),
                identity=identity,
                single_sign_on=TechnitiumSingleSignOn(pool, monotonic=time.monotonic),
                spawn=background.start,
                new_id=_new_public_id,
            ),
            identity=identity,
            rights=Rights(
                TechnitiumRights(pool, deadline_s=timing.rights_deadline_s),
                configs=settings.nodes,
                monotonic=time.monotonic,
            ),
            refused_tokens=RefusedTokens(sessions, DueSessions(redis)),
            re_entry=ReEntry(check=check, endings=endings),
            verifier=Verifier(settings.internal_secret, AUDIENCE),
            redis_clock=RedisClock(redis, monotonic=time.monotonic),
            background=RedisBackgroundState(redis, monotonic=time.monotonic),
            cluster_token_use=RedisClusterTokenUse(redis),
            session_auth=settings.session_auth,
            upstreams=upstreams,
            tally=tally,
            stack=_stack(settings),
            kick_outbox=outbox.kick,
            ending=asyncio.Event(),
        )


@asynccontextmanager
async def _taking_leave(intents: RedisIntents) -> AsyncGenerator[None]:
    """At the end of everything say so, that others need not wait to see it."""
    yield
    with suppress(StoreUnavailable):
        await intents.leave()


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


def _new_public_id() -> str:
    """A name for a session in lists; it proves nothing."""
    return secrets.token_urlsafe(16)


def _new_id() -> str:
    """A name for a sign-in or a process; it proves nothing."""
    return secrets.token_hex(12)
