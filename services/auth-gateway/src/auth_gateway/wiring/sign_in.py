"""Everything that a password passes through, put together once for all requests."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from companion.technitium.pool import NodePool

from auth_gateway.adapters.technitium_sso import TechnitiumSingleSignOn
from auth_gateway.domain import audit
from auth_gateway.domain.admission import Admission
from auth_gateway.domain.after_sign_in import AfterSignIn
from auth_gateway.domain.crowd import Crowd
from auth_gateway.domain.endings import Endings
from auth_gateway.domain.ghosts import Ghosts
from auth_gateway.domain.identity import Identity
from auth_gateway.domain.known_networks import KnownNetworks
from auth_gateway.domain.password_check import PasswordCheck
from auth_gateway.domain.ports import Kick, NodeLogins, Spawn
from auth_gateway.domain.re_entry import ReEntry
from auth_gateway.domain.waiting_room import WaitingRoom
from auth_gateway.wiring.names import new_id, new_public_id
from auth_gateway.wiring.stored import Stored
from auth_gateway.wiring.timing import Timing


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """The two ways in, which share the check of passwords and the ending of tokens."""

    admission: Admission
    re_entry: ReEntry


def sign_in(
    stored: Stored,
    pool: NodePool,
    nodes: NodeLogins,
    *,
    node_ids: Sequence[str],
    identity: Identity,
    kick: Kick,
    spawn: Spawn,
    timing: Timing,
) -> SignIn:
    """Both; `kick` wakes whoever works on the outbox, `spawn` starts what nobody waits for."""
    check = _password_check(stored, nodes, timing)
    endings = Endings(bin_=stored.sessions, nodes=nodes, intents=stored.intents, kick=kick)
    return SignIn(
        admission=Admission(
            node_ids=node_ids,
            check=check,
            sessions=stored.sessions,
            endings=endings,
            after=_after_sign_in(stored, nodes, timing),
            identity=identity,
            single_sign_on=TechnitiumSingleSignOn(pool, monotonic=time.monotonic),
            spawn=spawn,
            new_id=new_public_id,
        ),
        re_entry=ReEntry(check=check, endings=endings),
    )


def _password_check(stored: Stored, nodes: NodeLogins, timing: Timing) -> PasswordCheck:
    return PasswordCheck(
        nodes=nodes,
        regulation=stored.regulation,
        codes=stored.codes,
        intents=stored.intents,
        known=KnownNetworks(stored.sessions),
        crowd=Crowd(monotonic=time.monotonic, sleep=asyncio.sleep),
        waiting_room=WaitingRoom(
            patience_s=timing.login_deadline_s, monotonic=time.monotonic, sleep=asyncio.sleep
        ),
        new_id=new_id,
    )


def _after_sign_in(stored: Stored, nodes: NodeLogins, timing: Timing) -> AfterSignIn:
    return AfterSignIn(
        nodes=nodes,
        regulation=stored.regulation,
        sessions=stored.sessions,
        intents=stored.intents,
        ghosts=Ghosts(
            intents=stored.intents,
            nodes=nodes,
            sessions=stored.sessions,
            tell=audit.tell_ghost_ended,
            sleep=asyncio.sleep,
            look_again_s=timing.ghosts_look_again_s,
        ),
    )
