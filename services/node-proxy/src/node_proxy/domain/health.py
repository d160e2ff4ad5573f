"""How everything is at one moment: the parts of this product, and each node as the person sees it.

A node that the person is not signed in to was not asked with a token, so nobody knows more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec
from companion.technitium.node_word import NodeWord
from msgspec import UNSET, UnsetType

from node_proxy.domain.instant import format_instant
from node_proxy.domain.nodes import ClusterState, NodeRow

Condition = Literal["healthy", "unhealthy", "unknown"]

# Of a person's own call; what is left tells nothing of the node.
_UNKNOWN: frozenset[NodeWord] = frozenset({"signed_out"})


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One part of this product; `state` in its own words where it has some."""

    ok: bool
    state: str | UnsetType = UNSET
    reason: str | UnsetType = UNSET


class NodeHealth(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One node; `response_time` in milliseconds."""

    id: str
    name: str
    base_url: str
    status: Condition
    state: NodeWord
    response_time: int
    error: str | UnsetType = UNSET
    code: str | UnsetType = UNSET
    version: str | UnsetType = UNSET
    cluster_state: ClusterState
    is_primary: bool


class NodesHealth(msgspec.Struct, frozen=True, kw_only=True):
    """All nodes: how many of which condition, and each."""

    configured: int
    healthy: int
    unhealthy: int
    unknown: int
    details: list[NodeHealth]


class DetailedHealth(msgspec.Struct, frozen=True, kw_only=True):
    """What `GET /api/health/detailed` answers; `uptime` in seconds."""

    status: Literal["ok", "degraded"]
    timestamp: str
    uptime: float
    version: str
    environment: str
    parts: dict[str, Part]
    nodes: NodesHealth


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """This process: the version of what runs, the moment, and for how many seconds it has run."""

    version: str
    now: float
    uptime_s: float


def detailed_health(
    process: Process, parts: Mapping[str, Part], rows: Sequence[NodeRow]
) -> DetailedHealth:
    """Put the answer together; it is `ok` when every part works and no node is unhealthy."""
    details = [_node(row) for row in rows]
    conditions = [node.status for node in details]
    nodes = NodesHealth(
        configured=len(details),
        healthy=conditions.count("healthy"),
        unhealthy=conditions.count("unhealthy"),
        unknown=conditions.count("unknown"),
        details=details,
    )
    is_fine = not nodes.unhealthy and all(part.ok for part in parts.values())
    return DetailedHealth(
        status="ok" if is_fine else "degraded",
        timestamp=format_instant(process.now),
        uptime=round(process.uptime_s, 3),
        version=process.version,
        environment="production",
        parts=dict(parts),
        nodes=nodes,
    )


def _node(row: NodeRow) -> NodeHealth:
    return NodeHealth(
        id=row.id,
        name=row.name,
        base_url=row.base_url,
        status=_condition(row.state),
        state=row.state,
        response_time=row.took_ms,
        error=row.reason,
        code=row.code,
        version=row.version,
        cluster_state=row.cluster_state,
        is_primary=row.is_primary,
    )


def _condition(state: NodeWord) -> Condition:
    if state == "ok":
        return "healthy"
    return "unknown" if state in _UNKNOWN else "unhealthy"
