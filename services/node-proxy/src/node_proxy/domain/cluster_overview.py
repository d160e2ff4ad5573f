"""Every node at a glance, and the day's numbers of those that answered."""

from collections.abc import Mapping

import msgspec
from companion.technitium.errors import NodeError

from node_proxy.domain.fan_out import Reply
from node_proxy.domain.instant import format_instant
from node_proxy.domain.node_entry import NodeEntry, entry_of
from node_proxy.domain.overview import Overview, Parts, overview


class OverviewEntry(NodeEntry, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """One node: its overview, or why it has none."""

    overview: Overview | None = None


class ClusterOverview(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What `GET /api/nodes/all/overview` answers.

    Attributes:
        missing: The nodes whose numbers are not in the sums: they did not answer, or did not tell.
        total_queries: Of the others, together; null when none told.
        total_blocked_queries: Likewise.
    """

    fetched_at: str
    took_ms: int
    asked: int
    answered: int
    missing: list[str]
    total_queries: int | None
    total_blocked_queries: int | None
    nodes: list[OverviewEntry]


def cluster_overview(
    replies: Mapping[str, Reply[Parts]], *, now: float, took_ms: int
) -> ClusterOverview:
    """The answer out of one reply for each node."""
    nodes = [_entry(node_id, reply, now=now) for node_id, reply in replies.items()]
    told = [
        (one.overview.total_queries, one.overview.total_blocked_queries)
        for one in nodes
        if one.overview is not None
    ]
    counted = [(queries, blocked or 0) for queries, blocked in told if queries is not None]
    return ClusterOverview(
        fetched_at=format_instant(now),
        took_ms=took_ms,
        asked=len(nodes),
        answered=sum(one.overview is not None for one in nodes),
        missing=[one.node_id for one in nodes if not _told_queries(one)],
        total_queries=sum(queries for queries, _ in counted) if counted else None,
        total_blocked_queries=sum(blocked for _, blocked in counted) if counted else None,
        nodes=nodes,
    )


def _told_queries(entry: OverviewEntry) -> bool:
    return entry.overview is not None and entry.overview.total_queries is not None


def _entry(node_id: str, reply: Reply[Parts], *, now: float) -> OverviewEntry:
    parts = reply.value
    if isinstance(parts, NodeError):
        return entry_of(OverviewEntry, node_id, reply)
    shown = overview(node_id, parts, now=now, took_ms=reply.took_ms)
    return entry_of(OverviewEntry, node_id, reply, overview=shown)
