"""The list of configured nodes and what each says of its cluster.

What a node did not say itself is unknown here; no other node's word makes it a Primary.
"""

from collections.abc import Mapping, Sequence

import msgspec
from companion.nodes import NodeConfig
from companion.technitium.errors import NodeError
from companion.technitium.node_word import NodeWord, node_word
from companion.technitium.session_info import SessionInfo
from companion.technitium.topology import ClusterView, Role, topology
from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from node_proxy.domain.fan_out import Reply


class ClusterState(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One node's part in its cluster; `initialized` is null while nobody knows."""

    initialized: bool | None
    domain: str | UnsetType = UNSET
    dns_server_domain: str | UnsetType = UNSET
    type: str
    health: str


class NodeRow(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One configured node, whether it answered, and if not, why."""

    id: str
    name: str
    base_url: str
    cluster_state: ClusterState
    is_primary: bool
    state: NodeWord
    code: str | UnsetType = UNSET
    reason: str | UnsetType = UNSET
    took_ms: int
    version: str | UnsetType = UNSET
    insecure_transport: bool


def node_rows(
    configs: Sequence[NodeConfig], replies: Mapping[str, Reply[SessionInfo]]
) -> list[NodeRow]:
    """One row per configured node, in the order of the settings."""
    views = topology(configs, {node_id: reply.value for node_id, reply in replies.items()}).nodes
    return [_row(config, views[config.id], replies[config.id]) for config in configs]


def cluster_state(config: NodeConfig, info: SessionInfo) -> ClusterState:
    """What one node says of its own part; nobody else is asked."""
    return _cluster_state(topology([config], {config.id: info}).nodes[config.id])


def _row(config: NodeConfig, view: ClusterView, reply: Reply[SessionInfo]) -> NodeRow:
    answer = reply.value
    row = NodeRow(
        id=config.id,
        name=config.name,
        base_url=config.base_url,
        cluster_state=_cluster_state(view),
        # A node alone takes its own writes, but a page that says "Primary" means a cluster's.
        is_primary=view.type is Role.PRIMARY,
        state="ok",
        took_ms=reply.took_ms,
        insecure_transport=config.insecure,
    )
    if isinstance(answer, NodeError):
        return replace(row, state=node_word(answer), code=answer.code, reason=answer.message)
    return replace(row, version=answer.version)


def _cluster_state(view: ClusterView) -> ClusterState:
    return ClusterState(
        initialized=view.initialized,
        domain=view.domain or UNSET,
        dns_server_domain=view.server_domain or UNSET,
        type=view.type,
        health=view.health,
    )
