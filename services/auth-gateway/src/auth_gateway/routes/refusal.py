"""A refused sign-in as the problem a person and a program can both act on."""

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
    return Problem(
        outcome.refused.code,
        _DETAILS[outcome.refused.code],
        headers=None if retry_after_s is None else {"Retry-After": str(retry_after_s)},
        nodes=[
            {"nodeId": node_id, "code": reply.code.value, "error": reply.message}
            for node_id, reply in outcome.replies.items()
            if reply.code is not ReplyCode.ACCEPTED
        ],
    )
