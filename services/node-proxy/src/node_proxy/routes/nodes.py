"""What people see of their nodes; each route asks with the caller's own token there."""

from functools import partial
from typing import Final

from companion.technitium.calls import APPS_LIST, LEASES_LIST
from companion.technitium.errors import NodeError
from starlette.requests import Request
from starlette.responses import Response

from node_proxy.domain.answer import ask, ask_info
from node_proxy.domain.apps import AppsList, apps_answer
from node_proxy.domain.cluster_settings import cluster_settings
from node_proxy.domain.freshness import LEASES_KEPT_S
from node_proxy.domain.known_clients import known_clients
from node_proxy.domain.leases import LeasesList
from node_proxy.domain.nodes import cluster_state, node_rows
from node_proxy.domain.overview import ask_overview, overview
from node_proxy.domain.ports import PersonsNodes
from node_proxy.routes.answer import json_answer
from node_proxy.routes.asking import Needs, answered, of_all
from node_proxy.routes.caller import configured_node, persons_nodes

# Of an answer whose shape has no room for it: the nodes that are missing in it.
MISSING_NODES: Final = "X-Missing-Nodes"


async def list_nodes(request: Request[Needs]) -> Response:
    """Every configured node with its part in the cluster; 200 whatever the nodes do."""
    nodes = await persons_nodes(request)
    came = await of_all(request, partial(ask_info, nodes))
    return json_answer(node_rows(request.state["configs"], came.value))


async def node_overview(request: Request[Needs]) -> Response:
    """One node at a glance."""
    nodes, config = await persons_nodes(request), configured_node(request)
    came = await answered(request.state["clock"], ask_overview(nodes, config.id))
    return json_answer(overview(config.id, came.value, now=came.now, took_ms=came.took_ms))


async def node_cluster_state(request: Request[Needs]) -> Response:
    """What that node itself says of its cluster."""
    nodes, config = await persons_nodes(request), configured_node(request)
    return json_answer(cluster_state(config, await ask_info(nodes, config.id)))


async def node_cluster_settings(request: Request[Needs]) -> Response:
    """How often the members of that node's cluster look after each other."""
    nodes, config = await persons_nodes(request), configured_node(request)
    return json_answer(await cluster_settings(nodes, config.id))


async def node_apps(request: Request[Needs]) -> Response:
    """The DNS apps that are installed on that node."""
    nodes, config = await persons_nodes(request), configured_node(request)
    installed = await ask(nodes, config.id, APPS_LIST, AppsList)
    return json_answer(apps_answer(config.id, installed, now=request.state["clock"].now()))


async def list_known_clients(request: Request[Needs]) -> Response:
    """The clients of all nodes' leases; a header names the nodes that could not say."""
    nodes = await persons_nodes(request)
    replies = (await of_all(request, partial(_leases, nodes))).value
    failures = {
        node_id: reply.value
        for node_id, reply in replies.items()
        if isinstance(reply.value, NodeError)
    }
    if len(failures) == len(replies):
        raise next(iter(failures.values()))
    found = [reply.value for reply in replies.values() if isinstance(reply.value, LeasesList)]
    answer = json_answer(known_clients(found))
    if failures:
        answer.headers[MISSING_NODES] = ",".join(failures)
    return answer


async def _leases(nodes: PersonsNodes, node_id: str) -> LeasesList:
    return await ask(nodes, node_id, LEASES_LIST, LeasesList, max_age_s=LEASES_KEPT_S)
