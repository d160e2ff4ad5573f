"""How a cluster loses members, changes hands and ends; each step takes effect on every node."""

from typing import TYPE_CHECKING

from technitium_sandbox.accounts.sessions import Kind
from technitium_sandbox.calls.errors import ApiError
from technitium_sandbox.cluster import zones
from technitium_sandbox.cluster.cluster import Cluster
from technitium_sandbox.cluster.members import Member, name_alone
from technitium_sandbox.cluster.roles import clustered, followed, led, refused, secondary_of

if TYPE_CHECKING:
    from technitium_sandbox.node import Node


def leave(node: "Node", *, is_forced: bool) -> None:
    failed = "Failed to leave Cluster:"
    cluster = clustered(node, failed)
    if cluster.is_primary:
        raise ApiError(f"{failed} a Primary self node cannot leave the Cluster.")
    primary = cluster.peer(cluster.primary)
    if primary is not None and primary.cluster is not None:
        _drop(primary.cluster, cluster.me)
    elif not is_forced:
        raise refused(cluster.primary)
    dissolve(node)


def remove_secondary(node: "Node", member_id: int) -> None:
    """Ask a Secondary to leave."""
    cluster = led(node, "Failed to remove Secondary node:", "remove Secondary nodes")
    member = secondary_of(cluster, member_id, "Failed to remove Secondary node:")
    secondary = cluster.peer(member)
    if secondary is None:
        raise refused(member)
    leave(secondary, is_forced=False)


def delete_secondary(node: "Node", member_id: int) -> None:
    """Drop a Secondary without asking it; it goes on believing that it belongs here."""
    cluster = led(node, "Failed to delete Secondary node:", "delete Secondary nodes")
    _drop(cluster, secondary_of(cluster, member_id, "Failed to delete Secondary node:"))


def delete(node: "Node", *, is_forced: bool) -> None:
    failed = "Failed to delete Cluster:"
    cluster = led(node, failed, "delete the Cluster")
    if cluster.peers and not is_forced:
        raise ApiError(f"{failed} please remove all Secondary nodes before deleting the Cluster.")
    dissolve(node)


def promote(node: "Node", *, is_forced: bool) -> None:
    """Take everything from the Primary once more, end the cluster there, and lead it here."""
    failed = "Failed to promote to Primary node:"
    cluster = followed(node, failed, "be promoted to Primary node")
    before = cluster.primary
    if not cluster.fetch() and not is_forced:
        raise refused(before)
    primary = cluster.peer(before)
    if primary is not None:
        dissolve(primary)
    zones.promote(node, cluster.domain)
    cluster.lead()


def dissolve(node: "Node") -> None:
    """The node belongs to no cluster any more and has its own name again."""
    cluster = node.cluster
    if cluster is None:
        return
    cluster.end()
    node.cluster = None
    zones.leave(node, cluster.domain)
    node.sessions.end_where(lambda one: one.kind is Kind.CLUSTER)
    node.rename(name_alone(node.domain, cluster.domain))


def _drop(cluster: Cluster, member: Member) -> None:
    cluster.remove(member)
    zones.member_left(cluster.node, member, cluster.domain)
