"""Whether the nodes' answers together are a sign-in, and if not, what to tell the person.

One node's yes is enough. A node that asks for a code stops the sign-in as a whole: the person has
a second factor, and a session without that node would look like one that was signed in fully.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from auth_gateway.domain.replies import Replies, Reply, ReplyCode

NODES_UNREACHABLE: Final = "nodes_unreachable"

# The first that any node said is what the person is told.
_FIRST_OF = (
    ReplyCode.TOTP_REQUIRED,
    ReplyCode.TOTP_INVALID,
    ReplyCode.TOTP_USED,
    ReplyCode.INVALID_CREDENTIALS,
    ReplyCode.USER_DISABLED,
    ReplyCode.THROTTLED,
    ReplyCode.BUSY,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """At least one node signed the person in.

    `user` is the name that was typed, as the first node that knows it spells it: a node decides
    on upper and lower case, and on nothing else.
    """

    user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Nobody is signed in.

    Attributes:
        code: The problem's code.
        retry_after_s: Whole seconds until a try makes sense; None unless throttled or busy.
    """

    code: str
    retry_after_s: int | None = None


def verdict(replies: Replies, *, typed_name: str) -> Accepted | Refused:
    """Decide a sign-in; `replies` stand in the order of the settings."""
    codes = {reply.code for reply in replies.values()}
    if ReplyCode.TOTP_REQUIRED not in codes:
        accepted = [reply for reply in replies.values() if reply.accepted]
        if accepted:
            return Accepted(user=_spelled(typed_name, accepted))
    for code in _FIRST_OF:
        if code in codes:
            return Refused(code=code.value, retry_after_s=_retry_after_s(code, replies))
    return Refused(code=NODES_UNREACHABLE)


def _spelled(typed_name: str, accepted: Sequence[Reply]) -> str:
    for reply in accepted:
        told = reply.answer.username if reply.answer is not None else None
        if told is not None and told.casefold() == typed_name.casefold():
            return told
    return typed_name


def _retry_after_s(code: ReplyCode, replies: Replies) -> int | None:
    """The earliest moment at which any node may be asked."""
    if code not in {ReplyCode.THROTTLED, ReplyCode.BUSY}:
        return None
    waits = [reply.wait_s for reply in replies.values() if reply.code is code]
    return max(1, ceil(min(waits)))
