"""Pages of query logs: of one node, and of several merged by time."""

from typing import TypedDict

from companion.clock import Clock
from companion.nodes import NodeConfig
from companion.problems import node_problem
from starlette.requests import Request
from starlette.responses import Response

from node_proxy.domain.fan_out import side_by_side
from node_proxy.domain.logs.answers import Result, combined_page, node_logs
from node_proxy.domain.logs.gathering import Gathering
from node_proxy.domain.logs.query import PageQuery, read_page
from node_proxy.domain.logs.service import Logs
from node_proxy.domain.logs.storage import STORAGE
from node_proxy.domain.ports import PersonsNodes
from node_proxy.routes.answer import json_answer
from node_proxy.routes.caller import configured_node, persons_nodes
from node_proxy.routes.log_fields import fields_of, named_fields


class Needs(TypedDict):
    """What these routes take from the application's state."""

    configs: tuple[NodeConfig, ...]
    clock: Clock
    logs: Logs


async def combined(request: Request[Needs]) -> Response:
    """One page of several nodes; 200 whatever the nodes do, each says how it went."""
    nodes, configs = await persons_nodes(request), request.state["configs"]
    with named_fields():
        query = read_page(fields_of(request), configs)
        gathering, result = await _found(request, nodes, query)
    return json_answer(
        combined_page(
            query,
            result,
            gathering,
            {config.id: config for config in configs},
            names=request.state["logs"].names.of(nodes),
            now=request.state["clock"].now(),
        )
    )


async def one_node(request: Request[Needs]) -> Response:
    """One page of one node; what keeps that node from answering is the answer."""
    nodes, config = await persons_nodes(request), configured_node(request)
    with named_fields():
        query = read_page(fields_of(request), [config])
        gathering, result = await _found(request, nodes, query)
    if config.id in gathering.errors:
        raise node_problem(gathering.errors[config.id])
    return json_answer(
        node_logs(
            config.id,
            query,
            result,
            names=request.state["logs"].names.of(nodes),
            now=request.state["clock"].now(),
        )
    )


async def storage(request: Request[Needs]) -> Response:
    """Says that there is no store beside the nodes' own."""
    await persons_nodes(request)
    return json_answer(STORAGE)


async def _found(
    request: Request[Needs], nodes: PersonsNodes, query: PageQuery
) -> tuple[Gathering, Result]:
    """The page, and beside it the names; they are there first where a search is by name."""
    logs = request.state["logs"]
    gathering = logs.gathering(nodes, query.search)
    if query.is_scan:
        await logs.names.refresh(nodes, query.search.node_ids)
    async with side_by_side() as group:
        group.create_task(logs.names.refresh(nodes, query.search.node_ids))
        result = await logs.searcher.find(query, gathering, logs.names.of(nodes))
    return gathering, result
