"""Pages of query logs: of one node, and of several merged by time."""

from dataclasses import replace
from typing import TypedDict

from companion.clock import Clock
from companion.nodes import NodeConfig
from companion.problems import node_problem
from starlette.requests import Request
from starlette.responses import Response

from node_proxy.domain.fan_out import side_by_side
from node_proxy.domain.logs.answers import Result, combined_page, node_logs
from node_proxy.domain.logs.gathering import Gathering
from node_proxy.domain.logs.lease_names import SEARCH_WAIT_S, WAIT_S
from node_proxy.domain.logs.query import PageQuery, read_page
from node_proxy.domain.logs.service import Logs
from node_proxy.domain.logs.storage import STORAGE
from node_proxy.domain.ports import PersonsNodes
from node_proxy.routes.answer import json_answer
from node_proxy.routes.awaited import while_awaited
from node_proxy.routes.caller import configured_node, persons_nodes
from node_proxy.routes.log_fields import fields_of
from node_proxy.routes.refused import named_fields


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
        gathering, result = await while_awaited(request, _found(request, nodes, query))
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
        gathering, result = await while_awaited(request, _found(request, nodes, query))
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
    # A client of one node may have its lease from another.
    leasing = [config.id for config in request.state["configs"]]
    is_by_name = query.search.filter.sifts_clients
    if query.is_scan:
        wait_s = SEARCH_WAIT_S if is_by_name else WAIT_S
        await logs.names.refresh(nodes, leasing, wait_s=wait_s)
    async with side_by_side() as group:
        group.create_task(logs.names.refresh(nodes, leasing))
        result = await logs.searcher.find(query, gathering, logs.names.of(nodes))
    if is_by_name and logs.names.are_missing(nodes):
        result = replace(result, is_lower_bound=True)
    return gathering, result
