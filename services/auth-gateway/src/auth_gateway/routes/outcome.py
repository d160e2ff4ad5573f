"""What the outcome of a sign-in leaves behind: a figure, a line of the audit, and an answer."""

from typing import TypeVar

from starlette.requests import Request

from auth_gateway.domain import audit
from auth_gateway.domain.admission import NotSignedIn, SignedIn, SignedInToNodes
from auth_gateway.domain.credentials import Credentials
from auth_gateway.domain.re_entry import Confirmed
from auth_gateway.routes.caller import caller_of
from auth_gateway.routes.refusal import refusal
from auth_gateway.routes.state import State

Success = TypeVar("Success", SignedIn, SignedInToNodes, Confirmed)


def answered(
    request: Request[State], event: str, credentials: Credentials, outcome: Success | NotSignedIn
) -> Success:
    """Count and tell what came of a password; the result is the success.

    Raises:
        Problem: No node accepted; it says why.
    """
    word = outcome.refused.code if isinstance(outcome, NotSignedIn) else "accepted"
    request.state["tally"].signed_in(word)
    audit.tell_sign_in(
        event,
        credentials=credentials,
        caller=caller_of(request),
        outcome=word,
        replies=outcome.replies,
    )
    if isinstance(outcome, NotSignedIn):
        raise refusal(outcome)
    return outcome
