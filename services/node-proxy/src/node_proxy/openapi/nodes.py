"""The operations of `node_proxy.routes.nodes`."""

from functools import partial

from node_proxy.domain.apps import AppsAnswer
from node_proxy.domain.cluster_settings import ClusterSettings
from node_proxy.domain.known_clients import KnownClient
from node_proxy.domain.nodes import ClusterState, NodeRow
from node_proxy.domain.overview import Overview
from node_proxy.openapi import reading
from node_proxy.openapi.reading import PROBLEMS_OF_NODES, json

read = partial(reading.read, tag="nodes")

OPERATIONS = (
    read(
        "/api/nodes",
        "Every configured node and its part in the cluster",
        json("One entry for each node.", list[NodeRow]),
        description="Each node is asked for itself, at the same time; one that does not answer "
        "within its deadline is in the list with a `state` that says so.",
    ),
    read(
        "/api/nodes/known-clients",
        "The clients that hold DHCP leases",
        json("Each address once.", list[KnownClient]),
        description="Of all nodes whose leases one may see, by name, else by address. The header "
        "`X-Missing-Nodes` names the nodes that could not say; where none could, the first one's "
        "problem is the answer.",
        problems=PROBLEMS_OF_NODES,
    ),
    read(
        "/api/nodes/{node_id}/overview",
        "One node at a glance",
        json("What is known of it.", Overview),
        description="A part whose right is missing is null, and `sections` says why.",
    ),
    read(
        "/api/nodes/{node_id}/apps",
        "The DNS apps installed on one node",
        json("The apps in the node's order.", AppsAnswer),
    ),
    read(
        "/api/nodes/{node_id}/cluster/state",
        "What one node says of its cluster",
        json("Its part in the cluster.", ClusterState),
    ),
    read(
        "/api/nodes/{node_id}/cluster/settings",
        "How often the members of a node's cluster look after each other",
        json("Intervals in seconds.", ClusterSettings),
        description="The node's own intervals with Administration: View, else the defaults.",
    ),
)
