"""What a node said to a user name and password: an outcome to act on, never an exception.

A wrong password is an expected answer, and so is a node that is down while others are not.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from companion.secret import Secret
from companion.technitium.answers import Answer
from companion.technitium.calls import LOGIN
from companion.technitium.errors import (
    NodeError,
    NodeGarbled,
    NodeLost,
    NodeTimeout,
    NodeUnreachable,
)
from companion.technitium.session_info import SessionInfo
from companion.technitium.text import readable


class LoginResult(StrEnum):
    """What came of one sign-in at one node."""

    ACCEPTED = "accepted"
    TOTP_REQUIRED = "totp_required"
    TOTP_INVALID = "totp_invalid"
    CREDENTIALS_REFUSED = "credentials_refused"
    USER_DISABLED = "user_disabled"
    # The node's own lock: five failures from one network.
    THROTTLED = "throttled"
    # No connection: the node knows nothing of the try.
    UNREACHABLE = "unreachable"
    # The connection was lost after the try had been sent: the node may have counted it.
    LOST = "lost"
    TIMEOUT = "timeout"
    GARBLED = "garbled"
    # An error of the node's that is none of the above.
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginAnswer:
    """The outcome of a sign-in.

    Attributes:
        result: What came of it.
        message: A sentence for people, unless accepted.
        token: The session token, if accepted.
        username: The name as the node spells it, if accepted.
        version: Of the node; None if it told none that can be read.
        info: What the node said of itself; None if that cannot be read.
        may_have_signed_in: The node may have opened a session whose token did not come here.
    """

    result: LoginResult
    message: str | None = None
    token: Secret | None = None
    username: str | None = None
    version: str | None = None
    info: SessionInfo | None = None
    may_have_signed_in: bool = False


# A node's text begins so; the user name follows in some, so nothing more is compared.
_BY_TEXT = (
    (
        "Invalid username or password",
        LoginResult.CREDENTIALS_REFUSED,
        "The node does not accept this user name and password.",
    ),
    (
        "Invalid time-based one-time password",
        LoginResult.TOTP_INVALID,
        "The node does not accept this one-time code.",
    ),
    (
        "Max limit of ",
        LoginResult.THROTTLED,
        "The node has locked sign-in for 5 minutes after too many failures.",
    ),
    (
        "User account is disabled",
        LoginResult.USER_DISABLED,
        "This user account is disabled on the node.",
    ),
)
_TOTP_REQUIRED = "2fa-required"
_FIRST_SERVER_ERROR = 500
_TOKEN = re.compile(r"[\x21-\x7e]{16,256}")
_ERRORS = (
    (NodeLost, LoginResult.LOST),
    (NodeUnreachable, LoginResult.UNREACHABLE),
    (NodeTimeout, LoginResult.TIMEOUT),
    (NodeGarbled, LoginResult.GARBLED),
)


def judged(answer: Answer, *, password: Secret) -> LoginAnswer:
    """Say what a node's answer to a login means."""
    if answer.ok:
        return _accepted(answer)
    if answer.status == _TOTP_REQUIRED:
        return LoginAnswer(
            result=LoginResult.TOTP_REQUIRED, message="The node asks for a one-time code."
        )
    for start, result, message in _BY_TEXT:
        if answer.message.startswith(start):
            return LoginAnswer(result=result, message=message)
    message = readable(answer.message, secrets=[password.reveal()])
    return LoginAnswer(
        result=LoginResult.REJECTED, message=message or "The node refused and gave no reason."
    )


def failed(error: NodeError) -> LoginAnswer:
    """Say what it means that no answer of the node's could be had."""
    for kind, result in _ERRORS:
        if isinstance(error, kind):
            return LoginAnswer(
                result=result,
                message=error.message,
                may_have_signed_in=result is not LoginResult.UNREACHABLE,
            )
    return LoginAnswer(result=LoginResult.REJECTED, message=error.message)


def unread(error: NodeError, *, status: int, body: bytes) -> LoginAnswer:
    """Say what it means that a whole answer came which is none of Technitium's.

    JSON may have been a node's; so may what a proxy in front of one could not pass on. A web page
    or a redirect shows that something else listens there.
    """
    opened = status >= _FIRST_SERVER_ERROR or body.lstrip()[:1] == b"{"
    return LoginAnswer(result=LoginResult.GARBLED, message=error.message, may_have_signed_in=opened)


def _accepted(answer: Answer) -> LoginAnswer:
    fields = answer.fields(LOGIN) or {}
    token = fields.get("token")
    if not isinstance(token, str) or _TOKEN.fullmatch(token) is None:
        return LoginAnswer(
            result=LoginResult.GARBLED,
            message="The node accepted but gave no usable token.",
            may_have_signed_in=True,
        )
    info = _info(fields)
    return LoginAnswer(
        result=LoginResult.ACCEPTED,
        token=Secret(token),
        username=info.username if info else None,
        version=info.version if info else None,
        info=info,
    )


def _info(fields: dict[str, object]) -> SessionInfo | None:
    """None when it cannot be read: the token is real all the same, and must not be lost."""
    try:
        return SessionInfo.read(fields)
    except ValueError:
        return None
