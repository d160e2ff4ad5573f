"""What the gateway keeps in Redis that jobs and requests both work with."""

from dataclasses import dataclass

from companion.sessions.due import DueSessions
from companion.sessions.outbox import Outbox
from companion.sessions.store import SessionStore
from redis.asyncio import Redis

from auth_gateway.adapters.redis_identity import RedisIdentityMembers
from auth_gateway.adapters.redis_intents import RedisIntents
from auth_gateway.adapters.redis_regulation import RedisRegulation
from auth_gateway.adapters.redis_totp import RedisUsedCodes
from auth_gateway.settings import Settings
from auth_gateway.wiring.names import new_id
from auth_gateway.wiring.timing import Timing


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """One adapter for each subject, all over one client."""

    sessions: SessionStore
    due: DueSessions
    outbox: Outbox
    regulation: RedisRegulation
    codes: RedisUsedCodes
    intents: RedisIntents
    identity_members: RedisIdentityMembers


def stored_in(redis: Redis, settings: Settings, timing: Timing) -> Stored:
    """All of them; this process gets a new name among those that work on sign-ins."""
    keyring, pepper = settings.sessions.keyring, settings.sessions.pepper
    return Stored(
        sessions=SessionStore(
            redis, keyring=keyring, pepper=pepper, limits=settings.sessions.limits
        ),
        due=DueSessions(redis),
        outbox=Outbox(redis, keyring=keyring),
        regulation=RedisRegulation(redis, pepper=pepper, awaited_s=timing.login_deadline_s),
        codes=RedisUsedCodes(redis, pepper=pepper),
        intents=RedisIntents(redis, pepper=pepper, owner=new_id(), pending_s=timing.pending_s),
        identity_members=RedisIdentityMembers(redis, keyring=keyring),
    )
