"""One node in an answer about several: how it went there, whatever else the entry holds."""

from typing import Any, Literal, TypeVar

import msgspec
from companion.technitium.errors import NodeError, NodePermissionDenied
from companion.technitium.node_word import NodeWord, node_word

from node_proxy.domain.fan_out import Reply

EntryWord = Literal[NodeWord, "denied", "no_query_logs"]


class NodeEntry(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """What every such entry says of its node.

    Attributes:
        state: `ok`, or what kept the node from answering.
        took_ms: How long it took, whatever came of it.
        code: The problem's code, as an answer about this node alone would have it.
        message: The same in words.
        section: Of a missing right.
        permission: Of a missing right.
    """

    node_id: str
    state: EntryWord
    took_ms: int
    code: str | None = None
    message: str | None = None
    section: str | None = None
    permission: str | None = None


Entry = TypeVar("Entry", bound=NodeEntry)


def entry_of(
    form: type[Entry],
    node_id: str,
    reply: Reply[Any],
    /,
    **content: Any,  # noqa: ANN401 - what `form` adds
) -> Entry:
    """The entry of one node's reply, with `content` for the fields that `form` adds."""
    error = reply.value
    if not isinstance(error, NodeError):
        return form(node_id=node_id, state="ok", took_ms=reply.took_ms, **content)
    return form(
        node_id=node_id,
        state=entry_word(error),
        took_ms=reply.took_ms,
        code=error.code,
        message=error.message,
        section=error.section,
        permission=error.permission,
        **content,
    )


def entry_word(error: NodeError) -> EntryWord:
    """The state of a node that answered with this error."""
    if isinstance(error, NodePermissionDenied):
        return "denied"
    return "no_query_logs" if error.code == "no_query_logs" else node_word(error)
