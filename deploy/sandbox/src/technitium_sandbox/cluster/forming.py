"""Clusters that are there from the beginning, as the demonstration's."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from technitium_sandbox.accounts.sessions import Kind
from technitium_sandbox.cluster import sync
from technitium_sandbox.cluster.cluster import Cluster
from technitium_sandbox.cluster.members import Intervals, Member, Role, node_id

if TYPE_CHECKING:
    from technitium_sandbox.node import Node
    from technitium_sandbox.wire import Wire


def form(nodes: Sequence["Node"], *, wire: "Wire", domain: str, owner: str) -> None:
    """Make a running cluster of `nodes`: the first is the Primary, all have met and synced.

    Each node's domain must already lie under `domain`; `owner` is who owns the cluster's token.
    """
    primary = nodes[0]
    members = [
        Member(
            node_id=node_id(node.domain),
            name=node.domain,
            ip_addresses=node.ip_addresses,
            role=Role.PRIMARY if node is primary else Role.SECONDARY,
        )
        for node in nodes
    ]
    open_token(primary, owner, domain)
    for node in nodes:
        node.cluster = Cluster(
            node=node,
            wire=wire,
            domain=domain,
            members=members,
            config_synced=None if node is primary else node.clock.now(),
        )
    saved = sync.save(primary, members, Intervals())
    for node in nodes:
        if node is primary and node.cluster is not None:
            node.cluster.saved = saved
        else:
            sync.take_accounts(node, saved)


def open_token(primary: "Node", owner: str, domain: str) -> None:
    """The token by which the nodes of a cluster speak with each other."""
    primary.sessions.open(
        Kind.CLUSTER,
        owner,
        now=primary.clock.now(),
        address=primary.ip_addresses[0],
        agent=None,
        token_name=domain,
    )
