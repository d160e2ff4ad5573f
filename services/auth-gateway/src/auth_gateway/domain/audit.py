"""One log line for each event of signing in and out: who, from where, by what, with what outcome.

Names are cut and kept to one line; nothing that could sign anybody in is ever part of it.
"""

from collections.abc import Sequence
from typing import Final

import structlog
from companion.sessions.record import SessionRecord
from companion.technitium.text import readable

from auth_gateway.domain.caller import Caller
from auth_gateway.domain.credentials import Credentials
from auth_gateway.domain.replies import Replies

log = structlog.get_logger("audit")

_MAX_NAME_CHARACTERS: Final = 64


def tell_sign_in(
    event: str,
    *,
    credentials: Credentials,
    caller: Caller,
    outcome: str,
    replies: Replies,
    session_id: str | None,
) -> None:
    """Log a sign-in, or the try of one; `session_id` is the session that it began or stands in."""
    log.info(
        event,
        user=shown_name(credentials.username),
        outcome=outcome,
        nodes={node_id: reply.code.value for node_id, reply in replies.items()},
        session=session_id,
        client=caller.ip,
        agent=caller.agent,
        factors=["password"] if credentials.totp is None else ["password", "totp"],
    )


def tell_ghost_ended(user: str, node_id: str, caller: Caller) -> None:
    """Log that a session which an interrupted sign-in had left at a node was ended there.

    `caller` is who signed in when it was found.
    """
    log.warning(
        "ghost_ended",
        user=shown_name(user),
        outcome="ended",
        nodes=[node_id],
        client=caller.ip,
        agent=caller.agent,
    )


def tell_sign_out(*, user: str, caller: Caller, session_id: str) -> None:
    """Log the end of a session by its person."""
    log.info(
        "sign_out",
        user=shown_name(user),
        outcome="ended",
        session=session_id,
        client=caller.ip,
        agent=caller.agent,
    )


def tell_sessions_ended(*, user: str, caller: Caller, ids: Sequence[str]) -> None:
    """Log that a person ended sessions of their own; `ids` are those that lists show."""
    log.info(
        "session_ended",
        user=shown_name(user),
        outcome="ended",
        sessions=list(ids),
        client=caller.ip,
        agent=caller.agent,
    )


def tell_refused_by_nodes(record: SessionRecord) -> None:
    """Log that a session ended because each of its nodes knew the person's token no more."""
    log.info(
        "session_ended",
        user=shown_name(record.user),
        outcome="ended",
        reason="nodes_refused",
        sessions=[record.public_id],
        client=record.client,
        agent=record.agent,
    )


def shown_name(name: str) -> str:
    return readable(name)[:_MAX_NAME_CHARACTERS]
