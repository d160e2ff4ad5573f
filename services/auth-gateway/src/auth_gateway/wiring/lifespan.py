"""Opens what the gateway works with, starts its jobs, and ends both in the right order."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Final

from companion.store import StoreUnavailable
from companion.technitium.pool import NodePool
from redis.asyncio import Redis

from auth_gateway.adapters.aiohttp_upstream import AiohttpUpstream
from auth_gateway.adapters.redis_intents import RedisIntents
from auth_gateway.adapters.redis_mode import RedisMode
from auth_gateway.adapters.technitium_logins import TechnitiumLogins
from auth_gateway.domain.identity import Identity
from auth_gateway.domain.ports import Tally
from auth_gateway.jobs.background import Background
from auth_gateway.routes.state import Shared
from auth_gateway.settings import Settings
from auth_gateway.wiring import jobs
from auth_gateway.wiring.shared import shared
from auth_gateway.wiring.sign_in import sign_in
from auth_gateway.wiring.stored import stored_in
from auth_gateway.wiring.timing import Timing

# Wrong passwords of strangers take a quarter of them at most (`domain.crowd`).
CONNECTIONS_PER_NODE: Final = 256


@asynccontextmanager
async def running(
    settings: Settings, redis: Redis, *, mode: RedisMode, tally: Tally, timing: Timing
) -> AsyncGenerator[Shared]:
    """What the routes need, while the jobs run; Redis, which is the caller's, outlives it."""
    stored = stored_in(redis, settings, timing)
    node_ids = [node.id for node in settings.nodes]
    identity = Identity(
        settings.identity_nodes, configs=settings.nodes, members=stored.identity_members
    )
    # Opened downwards, closed upwards.
    async with (
        # When nothing of this process works on a sign-in any more.
        _taking_leave(stored.intents),
        AiohttpUpstream() as upstreams,
        # At its end answers that come late are still heard, and their tokens find the outbox.
        NodePool(settings.nodes, connections=CONNECTIONS_PER_NODE, late_s=timing.late_s) as pool,
        # Ends first, so that no job finds anything closed.
        Background() as background,
    ):
        nodes = TechnitiumLogins(pool, login_deadline_s=timing.login_deadline_s)
        outbox = jobs.outbox_job(stored, nodes, node_ids=node_ids, tally=tally, pace=timing.outbox)
        sweeper = jobs.sweeper_job(
            redis, settings, tally=tally, kick=outbox.kick, every_s=timing.sweep_every_s
        )
        census = jobs.census_job(redis, settings, tally=tally, every_s=timing.census_every_s)
        ghosts = jobs.ghosts_job(stored, tally=tally, every_s=timing.ghosts_every_s)
        upkeep = jobs.upkeep_job(
            stored, pool, node_ids=node_ids, tally=tally, kick=outbox.kick, pace=timing.upkeep
        )
        for work in (mode.keep(), outbox.run(), sweeper.run(), census.run(), ghosts.run()):
            background.start(work)
        if settings.session_auth:
            background.start(upkeep.run())

        ways_in = sign_in(
            stored,
            pool,
            nodes,
            node_ids=node_ids,
            identity=identity,
            kick=outbox.kick,
            spawn=background.start,
            timing=timing,
        )
        yield shared(
            settings,
            redis,
            stored,
            pool,
            sign_in=ways_in,
            identity=identity,
            upstreams=upstreams,
            tally=tally,
            kick=outbox.kick,
            timing=timing,
        )


@asynccontextmanager
async def _taking_leave(intents: RedisIntents) -> AsyncGenerator[None]:
    """At the end of everything say so, that others need not wait to see it."""
    yield
    with suppress(StoreUnavailable):
        await intents.leave()
