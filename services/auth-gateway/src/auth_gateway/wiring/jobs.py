"""The jobs, one function for each: what it works with, ready to run."""

import random
import time
from collections.abc import Sequence
from typing import Final

from companion.sessions.census import sealed_outbox, sealed_sessions
from companion.sessions.outbox import sweep
from companion.technitium.pool import NodePool
from redis.asyncio import Redis

from auth_gateway.adapters.technitium_upkeep import TechnitiumUpkeep
from auth_gateway.domain.audit import tell_refused_by_nodes
from auth_gateway.domain.node_gate import NodeGate
from auth_gateway.domain.node_patience import NodePatience
from auth_gateway.domain.ports import Kick, NodeLogins, Tally
from auth_gateway.domain.upkeep import Upkeep
from auth_gateway.jobs.census import CensusJob
from auth_gateway.jobs.ghosts import GhostsJob
from auth_gateway.jobs.outbox import OutboxJob, Pace
from auth_gateway.jobs.sweeper import SweeperJob
from auth_gateway.jobs.upkeep import UpkeepJob, UpkeepPace
from auth_gateway.settings import Settings
from auth_gateway.wiring.names import new_id
from auth_gateway.wiring.stored import Stored

# Sessions that began together are not looked after together for ever.
_JITTER: Final = (0.9, 1.0)


def outbox_job(
    stored: Stored, nodes: NodeLogins, *, node_ids: Sequence[str], tally: Tally, pace: Pace
) -> OutboxJob:
    """Ends the tokens of sessions that are over; a new name among those that do so."""
    return OutboxJob(
        outbox=stored.outbox,
        nodes=nodes,
        node_ids=node_ids,
        tally=tally,
        consumer=new_id(),
        now=time.time,
        patience=_patience(pace.first_pause_s),
        pace=pace,
    )


def sweeper_job(
    redis: Redis, settings: Settings, *, tally: Tally, kick: Kick, every_s: float
) -> SweeperJob:
    """Ends sessions past a limit; `kick` wakes whoever works on the outbox."""
    limits = settings.sessions.limits
    return SweeperJob(
        sweep=lambda count: sweep(redis, limits=limits, count=count),
        tally=tally,
        kick=kick,
        every_s=every_s,
    )


def census_job(redis: Redis, settings: Settings, *, tally: Tally, every_s: float) -> CensusJob:
    """Counts what each session key has sealed."""
    return CensusJob(
        counts={
            "session": lambda: sealed_sessions(redis),
            "outbox": lambda: sealed_outbox(redis),
        },
        key_ids=settings.sessions.keyring.key_ids,
        tally=tally,
        every_s=every_s,
    )


def ghosts_job(stored: Stored, *, tally: Tally, every_s: float) -> GhostsJob:
    """Looks after the sign-ins of gateways that died."""
    return GhostsJob(
        intents=stored.intents,
        unheard=stored.regulation.unheard,
        depth=stored.outbox.depth,
        tally=tally,
        every_s=every_s,
    )


def upkeep_job(
    stored: Stored,
    pool: NodePool,
    *,
    node_ids: Sequence[str],
    tally: Tally,
    kick: Kick,
    pace: UpkeepPace,
) -> UpkeepJob:
    """Asks nodes for the sessions that are due; `kick` wakes whoever works on the outbox."""
    upkeep = Upkeep(
        sessions=stored.sessions,
        due=stored.due,
        nodes=TechnitiumUpkeep(pool, deadline_s=pace.answer_s),
        node_ids=node_ids,
        gate=NodeGate(_patience(pace.first_pause_s)),
        tally=tally,
        tell_ended=tell_refused_by_nodes,
        kick=kick,
        jitter=lambda: random.uniform(*_JITTER),  # noqa: S311 - it guards nothing
        rhythm=pace.rhythm,
    )
    return UpkeepJob(due=stored.due, upkeep=upkeep, monotonic=time.monotonic, pace=pace)


def _patience(first_pause_s: float) -> NodePatience:
    return NodePatience(monotonic=time.monotonic, first_pause_s=first_pause_s)
