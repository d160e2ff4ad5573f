"""The operations of `node_proxy.routes.dashboard`."""

from functools import partial

from companion.openapi.operation import Parameter

from node_proxy.domain.cluster_overview import ClusterOverview
from node_proxy.domain.dashboard.cluster_stats import ClusterStats
from node_proxy.domain.dashboard.node_stats import NodeStatsAnswer
from node_proxy.domain.dashboard.ranges import RangeType
from node_proxy.openapi import reading
from node_proxy.openapi.reading import json

read = partial(reading.read, tag="dashboard")

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
    read(
        "/api/nodes/{node_id}/stats",
        "How busy one node was",
        json("The range.", NodeStatsAnswer),
        description="Sums, the course, query types, protocols, and the first ten clients, domains "
        "and blocked domains. Lists and shares leave the running bucket out.",
        parameters=_RANGE,
    ),
    read(
        "/api/nodes/all/stats",
        "How busy all nodes were, each and together",
        json("The range.", ClusterStats),
        description="`missing` names the nodes that are not in the sum, and their entries say why. "
        "Of `topClients` and the like, `atLeast` marks a sum that may lack hits.",
        parameters=_RANGE,
    ),
    read(
        "/api/nodes/all/overview",
        "Every node at a glance, and the day's numbers together",
        json("One entry for each node.", ClusterOverview),
    ),
)
