"""The words of upkeep: how often nodes are asked, what they are asked, and what they may say."""

from dataclasses import dataclass
from enum import StrEnum

from companion.secret import Secret
from companion.technitium.session_info import SessionInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How often, in seconds.

    Attributes:
        check_s: Between two questions whether the person still is one; with what each of them
            takes, below a minute.
        retry_s: Until a node is asked again that did not answer.
        confirm_s: Between two questions to a node whose token is in doubt.
        doubt_s: How long a token stays in doubt that its node still takes. The nodes of a cluster
            hear of a changed user some 10 s after their Primary.
    """

    check_s: float = 45.0
    retry_s: float = 15.0
    confirm_s: float = 5.0
    doubt_s: float = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One token whose node is asked whether it still takes it."""

    node_id: str
    token: Secret
    version: str | None


class Silence(StrEnum):
    """Why there is no answer; neither says anything of the token."""

    UNPROVEN = "unproven"  # the node was asked, and did not say
    NOT_ASKED = "not_asked"  # it was spared, since it does not answer or has enough to do


class Refused(StrEnum):
    """The node said `invalid-token`."""

    REFUSED = "refused"


Word = SessionInfo | Refused | Silence


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What one node said of one token, and when it had last taken it before."""

    question: Question
    word: Word
    accepted_at: float | None
