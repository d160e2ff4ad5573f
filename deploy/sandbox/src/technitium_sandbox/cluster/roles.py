"""Who may do what to a cluster: each refusal begins with what failed."""

from typing import TYPE_CHECKING

from technitium_sandbox.calls.errors import ApiError
from technitium_sandbox.cluster.cluster import Cluster
from technitium_sandbox.cluster.members import Member

if TYPE_CHECKING:
    from technitium_sandbox.node import Node


def clustered(node: "Node", failed: str) -> Cluster:
    if node.cluster is None:
        raise ApiError(f"{failed} the Cluster is not initialized.")
    return node.cluster


def led(node: "Node", failed: str, verb: str) -> Cluster:
    """The cluster of a Primary."""
    cluster = clustered(node, failed)
    if not cluster.is_primary:
        raise ApiError(f"{failed} only a Primary node can {verb}.")
    return cluster


def secondary_of(cluster: Cluster, member_id: int, failed: str) -> Member:
    for member in cluster.peers:
        if member.node_id == member_id:
            return member
    raise ApiError(f"{failed} the specified node does not exist in the Cluster.")


def refused(member: Member) -> ApiError:
    """What .NET's HTTP client says of a node that is not there."""
    return ApiError(f"Connection refused ({member.name}:{member.port})", inner="Connection refused")


def followed(node: "Node", failed: str, verb: str) -> Cluster:
    """The cluster of a Secondary."""
    cluster = clustered(node, failed)
    if cluster.is_primary:
        raise ApiError(f"{failed} only Secondary nodes can {verb}.")
    return cluster
