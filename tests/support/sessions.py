"""Made-up sessions, and a store for them with keys that only the tests know."""

import base64
import hashlib
from collections.abc import Callable

from companion.secret import Secret
from companion.sessions.limits import SessionLimits
from companion.sessions.record import NodeGrant, NodeState, SessionRecord
from companion.sessions.seal import KeyRing, Pepper
from companion.sessions.store import SessionStore
from redis.asyncio import Redis

PEPPER = "the pepper of the tests"
LIMITS = SessionLimits(idle_s=8 * 3600, max_age_s=24 * 3600)


def session_key(name: str) -> str:
    """A session key in base64 that is always the same for one name."""
    return base64.b64encode(hashlib.sha256(name.encode()).digest()).decode()


def keyring(*names: str) -> KeyRing:
    """A ring of the keys of these names; of one key without any."""
    return KeyRing.from_text(",".join(session_key(name) for name in names or ("first",)))


def session_store(
    redis: Redis,
    *,
    limits: SessionLimits = LIMITS,
    ring: KeyRing | None = None,
    pepper: str = PEPPER,
) -> SessionStore:
    """A store as a service makes it."""
    return SessionStore(
        redis, keyring=ring or keyring(), pepper=Pepper.from_text(pepper), limits=limits
    )


def signed_in(token: str, **fields: str) -> NodeGrant:
    """What a node grants that accepted the password."""
    return NodeGrant(
        state=NodeState.SIGNED_IN,
        token=Secret(token),
        version="15.2",
        username=fields.get("username", "admin"),
        permissions={"Zones": (True, True, False)},
        timeout_s=1800,
    )


def record_of(user: str = "admin", **tokens: str) -> Callable[[float], SessionRecord]:
    """A maker of records for `user`, signed in to the node of each name with its token."""

    def make(now: float) -> SessionRecord:
        return SessionRecord(
            public_id="s-1",
            user=user,
            created=now,
            client="192.0.2.7",
            agent="tests",
            nodes={node_id: signed_in(token) for node_id, token in tokens.items()},
        )

    return make
