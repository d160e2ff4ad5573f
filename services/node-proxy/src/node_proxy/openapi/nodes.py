"""The operations of `node_proxy.routes.nodes`."""

from companion.openapi.operation import NODE_PROBLEMS, Answer, Operation

from node_proxy.domain.apps import AppsAnswer
from node_proxy.domain.cluster_settings import ClusterSettings
from node_proxy.domain.known_clients import KnownClient
from node_proxy.domain.nodes import ClusterState, NodeRow
from node_proxy.domain.overview import Overview

TAG = "nodes"

OPERATIONS = (
    Operation(
        method="GET",
        path="/api/nodes",
        summary="Every configured node and its part in the cluster",
        description="Each node is asked for itself, at the same time; one that does not answer "
        "within its deadline is in the list with a `state` that says so.",
        tag=TAG,
        answers=(Answer(description="One entry for each node.", shape=list[NodeRow]),),
    ),
    Operation(
        method="GET",
        path="/api/nodes/known-clients",
        summary="The clients that hold DHCP leases",
        description="Of all nodes whose leases one may see, by name, else by address. The header "
        "`X-Missing-Nodes` names the nodes that could not say; where none could, the first one's "
        "problem is the answer.",
        tag=TAG,
        answers=(Answer(description="Each address once.", shape=list[KnownClient]),),
        problems=NODE_PROBLEMS,
    ),
    Operation(
        method="GET",
        path="/api/nodes/{node_id}/overview",
        summary="One node at a glance",
        description="A part whose right is missing is null, and `sections` says why.",
        tag=TAG,
        answers=(Answer(description="What is known of it.", shape=Overview),),
        problems=NODE_PROBLEMS,
    ),
    Operation(
        method="GET",
        path="/api/nodes/{node_id}/apps",
        summary="The DNS apps installed on one node",
        tag=TAG,
        answers=(Answer(description="The apps in the node's order.", shape=AppsAnswer),),
        problems=NODE_PROBLEMS,
    ),
    Operation(
        method="GET",
        path="/api/nodes/{node_id}/cluster/state",
        summary="What one node says of its cluster",
        tag=TAG,
        answers=(Answer(description="Its part in the cluster.", shape=ClusterState),),
        problems=NODE_PROBLEMS,
    ),
    Operation(
        method="GET",
        path="/api/nodes/{node_id}/cluster/settings",
        summary="How often the members of a node's cluster look after each other",
        description="The node's own intervals with Administration: View, else the defaults.",
        tag=TAG,
        answers=(Answer(description="Intervals in seconds.", shape=ClusterSettings),),
        problems=NODE_PROBLEMS,
    ),
)
