"""One log line for each event of signing in and out: who, from where, by what, with what outcome.

Names are cut and kept to one line; nothing that could sign anybody in is ever part of it.
"""

from typing import Final

import structlog
from companion.technitium.text import readable

from auth_gateway.domain.caller import Caller
from auth_gateway.domain.credentials import Credentials
from auth_gateway.domain.replies import Replies

log = structlog.get_logger("audit")

_MAX_NAME_CHARACTERS: Final = 64


def tell_sign_in(
    event: str, *, credentials: Credentials, caller: Caller, outcome: str, replies: Replies
) -> None:
    """Log a sign-in, or the try of one."""
    log.info(
        event,
        user=shown_name(credentials.username),
        outcome=outcome,
        nodes={node_id: reply.code.value for node_id, reply in replies.items()},
        client=caller.ip,
        factors=["password"] if credentials.totp is None else ["password", "one-time code"],
    )


def tell_sign_out(*, user: str, caller: Caller) -> None:
    """Log the end of a session by its person."""
    log.info("sign_out", user=shown_name(user), outcome="ended", client=caller.ip)


def shown_name(name: str) -> str:
    return readable(name)[:_MAX_NAME_CHARACTERS]
