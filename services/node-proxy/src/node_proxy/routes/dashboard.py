"""How busy nodes were: one of them, or all and their sum, with the caller's own tokens there."""

from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from node_proxy.domain.cluster_overview import cluster_overview
from node_proxy.domain.dashboard.cluster_stats import cluster_stats
from node_proxy.domain.dashboard.node_stats import ask_stats, node_stats_answer
from node_proxy.domain.dashboard.ranges import Range, read_range
from node_proxy.domain.overview import ask_overview
from node_proxy.routes.answer import json_answer
from node_proxy.routes.asking import Needs, answered, of_all
from node_proxy.routes.caller import configured_node, persons_nodes
from node_proxy.routes.refused import named_fields


async def node_statistics(request: Request[Needs]) -> Response:
    """One range of one node."""
    nodes, config = await persons_nodes(request), configured_node(request)
    asking = ask_stats(nodes, config.id, _range(request))
    came = await answered(request.state["clock"], asking)
    return json_answer(node_stats_answer(config.id, came.value, now=came.now, took_ms=came.took_ms))


async def all_statistics(request: Request[Needs]) -> Response:
    """One range of every node, and of all together."""
    nodes, range_ = await persons_nodes(request), _range(request)
    came = await of_all(request, partial(ask_stats, nodes, range_=range_))
    return json_answer(cluster_stats(came.value, now=came.now, took_ms=came.took_ms))


async def all_overviews(request: Request[Needs]) -> Response:
    """Every node at a glance, and the day of all together."""
    nodes = await persons_nodes(request)
    came = await of_all(request, partial(ask_overview, nodes))
    return json_answer(cluster_overview(came.value, now=came.now, took_ms=came.took_ms))


def _range(request: Request[Needs]) -> Range:
    with named_fields():
        return read_range(request.query_params)
