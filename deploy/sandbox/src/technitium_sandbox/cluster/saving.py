"""What is kept of a node's name and of its place in a cluster between two runs of the sandbox."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from technitium_sandbox.cluster.cluster import Cluster
from technitium_sandbox.cluster.members import Intervals, Member

if TYPE_CHECKING:
    from technitium_sandbox.node import Node


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedCluster:
    domain: str
    members: Sequence[Member]
    intervals: Intervals
    config_synced: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedPlace:
    """A node's domain name, and the cluster that it belongs to; None for none."""

    name: str
    cluster: SavedCluster | None


def saved(node: "Node") -> SavedPlace:
    cluster = node.cluster
    if cluster is None:
        return SavedPlace(name=node.domain, cluster=None)
    kept = SavedCluster(
        domain=cluster.domain,
        members=cluster.members,
        intervals=cluster.intervals,
        config_synced=cluster.config_synced,
    )
    return SavedPlace(name=node.domain, cluster=kept)


def restore(node: "Node", place: SavedPlace) -> None:
    """Give a node its name and its membership; a release without clusters keeps out of one."""
    node.domain, node.cluster = place.name, None
    kept = place.cluster
    if kept is None or not node.version.has_clusters:
        return
    node.cluster = Cluster(
        node=node,
        wire=node.wire,
        domain=kept.domain,
        members=kept.members,
        intervals=kept.intervals,
        config_synced=kept.config_synced,
    )
