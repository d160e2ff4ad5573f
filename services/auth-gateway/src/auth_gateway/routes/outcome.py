"""What the outcome of a sign-in leaves behind: a figure, a line of the audit, and an answer."""

from collections.abc import Awaitable, Mapping
from typing import Final, TypeVar

from companion.sessions.errors import SessionInvalid, SessionKeyUnknown
from companion.store import StoreUnavailable
from starlette.requests import Request

from auth_gateway.domain import audit
from auth_gateway.domain.admission import NotSignedIn, SignedIn, SignedInToNodes
from auth_gateway.domain.credentials import Credentials
from auth_gateway.domain.re_entry import Confirmed
from auth_gateway.domain.replies import Replies
from auth_gateway.routes.caller import caller_of
from auth_gateway.routes.refusal import refusal
from auth_gateway.routes.state import State

Success = TypeVar("Success", SignedIn, SignedInToNodes, Confirmed)

# The problems that these become; whatever else ends a sign-in is a defect of ours.
_WORDS: Final[Mapping[type[Exception], str]] = {
    StoreUnavailable: "store_unavailable",
    SessionInvalid: "session_invalid",
    SessionKeyUnknown: "session_key_unknown",
}
_DEFECT: Final = "internal_error"


async def answered(
    request: Request[State],
    event: str,
    credentials: Credentials,
    asking: Awaitable[Success | NotSignedIn],
    *,
    session_id: str | None = None,
) -> Success:
    """Count and tell what comes of a password, whatever that is; the result is the success.

    `session_id` names the session in which it was typed, where there is one.

    Raises:
        Problem: No node accepted; it says why.
        Exception: What `asking` raises. Nodes may have judged the password all the same, so that
            is an event, too.
    """
    try:
        outcome = await asking
    except Exception as exc:
        word = _WORDS.get(type(exc), _DEFECT)
        _tell(request, event, credentials, outcome=word, replies={}, session_id=session_id)
        raise
    if isinstance(outcome, SignedIn):
        session_id = outcome.session_id
    word = outcome.refused.code if isinstance(outcome, NotSignedIn) else "accepted"
    _tell(request, event, credentials, outcome=word, replies=outcome.replies, session_id=session_id)
    if isinstance(outcome, NotSignedIn):
        raise refusal(outcome)
    return outcome


def _tell(
    request: Request[State],
    event: str,
    credentials: Credentials,
    *,
    outcome: str,
    replies: Replies,
    session_id: str | None,
) -> None:
    request.state["tally"].signed_in(outcome)
    audit.tell_sign_in(
        event,
        credentials=credentials,
        caller=caller_of(request),
        outcome=outcome,
        replies=replies,
        session_id=session_id,
    )
