"""How a whole node is, in a word, as every list of nodes spells it."""

from typing import Literal

from companion.technitium.errors import (
    NodeError,
    NodeSessionExpired,
    NodeSignedOut,
    NodeTimeout,
    NodeUnreachable,
)

NodeWord = Literal["ok", "signed_out", "unreachable", "timeout", "error"]


def node_word(error: NodeError) -> NodeWord:
    """The state of a node that answered its session/get with this error."""
    match error:
        case NodeSignedOut() | NodeSessionExpired():
            return "signed_out"
        case NodeUnreachable():
            return "unreachable"
        case NodeTimeout():
            return "timeout"
        case _:
            return "error"
