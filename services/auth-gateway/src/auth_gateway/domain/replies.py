"""What each node said to a sign-in, in the terms of people and of sessions.

The words are ours and the same for every name, so that they tell nobody which names exist; only
where a node failed as a machine does its own explanation follow.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from companion.sessions.record import DoomedToken, NodeGrant, NodeState
from companion.technitium.login import LoginAnswer, LoginResult
from companion.technitium.topology import place_of

from auth_gateway.domain.regulation import PER_NETWORK
from auth_gateway.domain.waiting import in_words


class ReplyCode(StrEnum):
    """One outcome of a sign-in at one node."""

    ACCEPTED = "accepted"
    TOTP_REQUIRED = "totp_required"
    TOTP_INVALID = "totp_invalid"
    TOTP_USED = "totp_used"
    INVALID_CREDENTIALS = "invalid_credentials"
    USER_DISABLED = "user_disabled"
    THROTTLED = "throttled"
    BUSY = "sign_in_busy"
    NODE_UNREACHABLE = "node_unreachable"
    NODE_TIMEOUT = "node_timeout"
    NODE_ERROR = "node_error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What one node said, or why it was not asked.

    Attributes:
        code: The outcome.
        message: One sentence for people; None when accepted.
        answer: The node's own answer; None when it was not asked.
        wait_s: Seconds until it may be asked again; 0 unless throttled or busy.
    """

    code: ReplyCode
    message: str | None = None
    answer: LoginAnswer | None = None
    wait_s: float = 0

    @property
    def accepted(self) -> bool:
        return self.code is ReplyCode.ACCEPTED


Replies = Mapping[str, Reply]

_CODES = {
    LoginResult.ACCEPTED: ReplyCode.ACCEPTED,
    LoginResult.TOTP_REQUIRED: ReplyCode.TOTP_REQUIRED,
    LoginResult.TOTP_INVALID: ReplyCode.TOTP_INVALID,
    LoginResult.CREDENTIALS_REFUSED: ReplyCode.INVALID_CREDENTIALS,
    LoginResult.USER_DISABLED: ReplyCode.USER_DISABLED,
    LoginResult.THROTTLED: ReplyCode.THROTTLED,
    LoginResult.UNREACHABLE: ReplyCode.NODE_UNREACHABLE,
    LoginResult.LOST: ReplyCode.NODE_UNREACHABLE,
    LoginResult.TIMEOUT: ReplyCode.NODE_TIMEOUT,
    LoginResult.GARBLED: ReplyCode.NODE_ERROR,
    LoginResult.REJECTED: ReplyCode.NODE_ERROR,
}

MESSAGES = {
    ReplyCode.TOTP_REQUIRED: "A one-time code from your authenticator is needed.",
    ReplyCode.TOTP_INVALID: "The one-time code was not accepted.",
    ReplyCode.TOTP_USED: "This one-time code was used before. Wait for the next code.",
    ReplyCode.INVALID_CREDENTIALS: "The user name or the password is wrong.",
    ReplyCode.USER_DISABLED: "This account is disabled.",
    ReplyCode.THROTTLED: "Too many sign-ins were tried.",
    ReplyCode.BUSY: "Too many sign-ins are under way.",
    ReplyCode.NODE_UNREACHABLE: "The node could not be reached.",
    ReplyCode.NODE_TIMEOUT: "The node did not answer in time.",
    ReplyCode.NODE_ERROR: "The node gave an answer that could not be used.",
}
_EXPLAINED_BY_THE_NODE = {
    ReplyCode.NODE_UNREACHABLE,
    ReplyCode.NODE_TIMEOUT,
    ReplyCode.NODE_ERROR,
    # Its own lock: another reason than ours, and one that others may have caused.
    ReplyCode.THROTTLED,
}

_STATES = {
    ReplyCode.ACCEPTED: NodeState.SIGNED_IN,
    ReplyCode.THROTTLED: NodeState.SIGNED_OUT,
    ReplyCode.BUSY: NodeState.SIGNED_OUT,
    ReplyCode.NODE_UNREACHABLE: NodeState.UNREACHABLE,
    ReplyCode.NODE_TIMEOUT: NodeState.UNREACHABLE,
    ReplyCode.NODE_ERROR: NodeState.UNREACHABLE,
}


def reply_of(answer: LoginAnswer) -> Reply:
    code = _CODES[answer.result]
    message = MESSAGES.get(code)
    if code in _EXPLAINED_BY_THE_NODE and answer.message:
        message = answer.message
    # How long the lock has been closed is not known; this is when it is open at the latest.
    wait_s = PER_NETWORK.pause_s if code is ReplyCode.THROTTLED else 0
    return Reply(code=code, message=message, answer=answer, wait_s=wait_s)


def not_asked(code: ReplyCode, *, wait_s: float = 0) -> Reply:
    """The reply for a node that was spared; the sentence says when it may be asked again."""
    message = MESSAGES[code]
    if wait_s > 0:
        message = f"{message} Try again in {in_words(wait_s)}."
    return Reply(code=code, message=message, wait_s=wait_s)


def state_of(reply: Reply) -> NodeState:
    return _STATES.get(reply.code, NodeState.DENIED)


def grant_of(reply: Reply) -> NodeGrant:
    """What a session remembers of a reply."""
    answer = reply.answer
    if not reply.accepted or answer is None:
        return NodeGrant(state=state_of(reply), reason=reply.message, code=reply.code.value)
    grant = NodeGrant(
        state=NodeState.SIGNED_IN,
        token=answer.token,
        version=answer.version,
        username=answer.username,
    )
    if answer.info is None:
        return grant
    place = place_of(answer.info)
    return replace(
        grant,
        permissions=answer.info.permissions,
        cluster=place.cluster,
        is_primary=place.is_primary,
    )


def token_in(node_id: str, answer: LoginAnswer) -> DoomedToken | None:
    """The token that a node gave, for when no session comes to hold it."""
    if answer.token is None:
        return None
    return DoomedToken(node_id=node_id, token=answer.token, version=answer.version)
