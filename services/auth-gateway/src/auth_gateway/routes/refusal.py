"""A refused sign-in as the problem a person and a program can both act on."""

from collections.abc import Sequence

from companion.problems import Problem

from auth_gateway.domain.admission import NotSignedIn
from auth_gateway.domain.replies import MESSAGES, ReplyCode
from auth_gateway.domain.sign_in import NODES_UNREACHABLE
from auth_gateway.domain.waiting import in_words

_DETAILS = {code.value: message for code, message in MESSAGES.items()} | {
    NODES_UNREACHABLE: "No node answered. Whether the password is right is not known.",
}


def refusal(outcome: NotSignedIn) -> Problem:
    """The problem of a refusal, with what each node said."""
    retry_after_s = outcome.refused.retry_after_s
    detail = _DETAILS[outcome.refused.code]
    if retry_after_s is not None:
        detail = f"{detail} Try again in {in_words(retry_after_s)}."
    hint = _hint(outcome.sso_node_ids)
    if hint is not None:
        detail = f"{detail} {hint}"
    return Problem(
        outcome.refused.code,
        detail,
        headers=None if retry_after_s is None else {"Retry-After": str(retry_after_s)},
        nodes=[
            {"nodeId": node_id, "code": reply.code.value, "error": reply.message}
            for node_id, reply in outcome.replies.items()
            if reply.code is not ReplyCode.ACCEPTED
        ],
        hint=hint,
    )


def _hint(sso_node_ids: Sequence[str]) -> str | None:
    """What may be wrong besides; it depends on the nodes alone, so it tells nothing of a name."""
    if not sso_node_ids:
        return None
    return (
        f"Single sign-on is on at {', '.join(sso_node_ids)}: an account that signs in there by it "
        "has no password. Ask an administrator for a local account."
    )
