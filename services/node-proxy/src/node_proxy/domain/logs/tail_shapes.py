"""The events of a live tail, and what stands in each."""

from dataclasses import dataclass
from typing import Literal

import msgspec
from companion.technitium.errors import NodeError
from msgspec import UNSET, UnsetType

from node_proxy.domain.logs.rows import LogEntry
from node_proxy.domain.node_entry import EntryWord, entry_word


class Opened(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The first event: which nodes are followed."""

    node_ids: list[str]
    poll_ms: int


class Entries(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """New rows of one node, oldest first."""

    node_id: str
    entries: list[LogEntry]


class Gap(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Rows of one node that are left out; null where the node dropped some and nobody knows."""

    node_id: str
    rows: int | None


class NodeNews(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A node began to answer or stopped to."""

    node_id: str
    state: EntryWord
    code: str | UnsetType = UNSET
    message: str | UnsetType = UNSET
    section: str | UnsetType = UNSET
    permission: str | UnsetType = UNSET


Kind = Literal["open", "entries", "gap", "node", "point"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TailEvent:
    """One event; with an `id` the tail can be resumed behind it.

    One of the kind "point" has nothing else: what was read since the last one concerned nobody.
    """

    kind: Kind
    data: Opened | Entries | Gap | NodeNews | None = None
    id: str | None = None


def node_news(node_id: str, error: NodeError) -> NodeNews:
    return NodeNews(
        node_id=node_id,
        state=entry_word(error),
        code=error.code,
        message=error.message,
        section=UNSET if error.section is None else error.section,
        permission=UNSET if error.permission is None else error.permission,
    )
