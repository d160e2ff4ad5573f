"""A refused sign-in as the problem a person and a program can both act on."""

from math import ceil

from companion.problems import Problem

from auth_gateway.domain.admission import NotSignedIn
from auth_gateway.domain.replies import MESSAGES, ReplyCode
from auth_gateway.domain.sign_in import NODES_UNREACHABLE

_DETAILS = {code.value: message for code, message in MESSAGES.items()} | {
    NODES_UNREACHABLE: "No node answered. Whether the password is right is not known.",
}


def refusal(outcome: NotSignedIn) -> Problem:
    """The problem of a refusal, with what each node said."""
    retry_after_s = outcome.refused.retry_after_s
    detail = _DETAILS[outcome.refused.code]
    if retry_after_s is not None:
        detail = f"{detail} Try again in {ceil(retry_after_s / 60)} min."
    return Problem(
        outcome.refused.code,
        detail,
        headers=None if retry_after_s is None else {"Retry-After": str(retry_after_s)},
        nodes=[
            {"nodeId": node_id, "code": reply.code.value, "error": reply.message}
            for node_id, reply in outcome.replies.items()
            if reply.code is not ReplyCode.ACCEPTED
        ],
    )
