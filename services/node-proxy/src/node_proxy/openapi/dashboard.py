"""The operations of `node_proxy.routes.dashboard`."""

from companion.openapi.operation import NODE_PROBLEMS, Answer, Operation, Parameter

from node_proxy.domain.cluster_overview import ClusterOverview
from node_proxy.domain.dashboard.cluster_stats import ClusterStats
from node_proxy.domain.dashboard.node_stats import NodeStatsAnswer
from node_proxy.domain.dashboard.ranges import RangeType

TAG = "dashboard"

_RANGE = (
    Parameter(
        name="type",
        description="The range, LastHour without one. But for Custom, it ends now: what a node "
        "leaves out since the last full hour, day or month is added as a last, running bucket.",
        shape=RangeType,
    ),
    Parameter(name="start", description="Of Custom: ISO 8601, UTC without an offset.", shape=str),
    Parameter(name="end", description="Of Custom: likewise, not before `start`.", shape=str),
)

OPERATIONS = (
    Operation(
        method="GET",
        path="/api/nodes/{node_id}/stats",
        summary="How busy one node was",
        description="Sums, the course, query types, protocols, and the first ten clients, domains "
        "and blocked domains. Lists and shares leave the running bucket out.",
        tag=TAG,
        parameters=_RANGE,
        answers=(Answer(description="The range.", shape=NodeStatsAnswer),),
        problems=(*NODE_PROBLEMS, "invalid_request"),
    ),
    Operation(
        method="GET",
        path="/api/nodes/all/stats",
        summary="How busy all nodes were, each and together",
        description="`missing` names the nodes that are not in the sum, and their entries say why. "
        "Of `topClients` and the like, `atLeast` marks a sum that may lack hits.",
        tag=TAG,
        parameters=_RANGE,
        answers=(Answer(description="The range.", shape=ClusterStats),),
        problems=("invalid_request",),
    ),
    Operation(
        method="GET",
        path="/api/nodes/all/overview",
        summary="Every node at a glance, and the day's numbers together",
        tag=TAG,
        answers=(Answer(description="One entry for each node.", shape=ClusterOverview),),
    ),
)
