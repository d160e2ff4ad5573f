"""Names for how a call to a node ended, as answers and metrics spell them.

One table, so that the parts of an overview and the counters never differ; what a whole node is
called stands in `companion.technitium.node_word`.
"""

from typing import Literal

from companion.technitium.errors import (
    NodeError,
    NodeGarbled,
    NodeLost,
    NodePermissionDenied,
    NodeRejected,
    NodeSessionExpired,
    NodeSignedOut,
    NodeTimeout,
    NodeTokenRefused,
    NodeUnreachable,
    NodeVersionUnsupported,
)

SectionWord = Literal["ok", "denied", "timeout", "error"]

_METRIC_WORDS: dict[type[NodeError], str] = {
    NodeUnreachable: "unreachable",
    NodeLost: "unreachable",
    NodeTimeout: "timeout",
    NodeSessionExpired: "session_expired",
    NodeSignedOut: "signed_out",
    NodeTokenRefused: "token_refused",
    NodePermissionDenied: "denied",
    NodeVersionUnsupported: "unsupported",
    NodeRejected: "rejected",
    NodeGarbled: "garbled",
}


def section_word(error: NodeError) -> SectionWord:
    """The state of one part of an answer whose other parts may be there."""
    match error:
        case NodePermissionDenied():
            return "denied"
        case NodeTimeout():
            return "timeout"
        case _:
            return "error"


def metric_word(error: NodeError) -> str:
    """The value of the label `outcome`; a success is counted as `ok`."""
    return _METRIC_WORDS.get(type(error), "error")
