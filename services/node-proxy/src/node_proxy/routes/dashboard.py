"""How busy nodes were: one of them, or all and their sum, with the caller's own tokens there."""

from functools import partial
from typing import TypedDict

from companion.clock import Clock
from companion.nodes import NodeConfig
from companion.problems import Problem
from starlette.requests import Request
from starlette.responses import Response

from node_proxy.domain.cluster_overview import cluster_overview
from node_proxy.domain.dashboard.cluster_stats import cluster_stats
from node_proxy.domain.dashboard.node_stats import NodeStatsAnswer, ask_stats, node_stats
from node_proxy.domain.dashboard.ranges import Range, RangeRefused, read_range
from node_proxy.domain.fan_out import ask_each
from node_proxy.domain.instant import format_instant
from node_proxy.domain.overview import ask_overview
from node_proxy.routes.answer import json_answer
from node_proxy.routes.caller import configured_node, persons_nodes


class Needs(TypedDict):
    """What these routes take from the application's state."""

    configs: tuple[NodeConfig, ...]
    clock: Clock


async def node_statistics(request: Request[Needs]) -> Response:
    """One range of one node."""
    nodes, config = await persons_nodes(request), configured_node(request)
    range_, clock = _range(request), request.state["clock"]
    began = clock.monotonic()
    asked = await ask_stats(nodes, config.id, range_)
    return json_answer(
        NodeStatsAnswer(
            node_id=config.id,
            fetched_at=format_instant(clock.now()),
            took_ms=round((clock.monotonic() - began) * 1000),
            stats=node_stats(asked),
        )
    )


async def all_statistics(request: Request[Needs]) -> Response:
    """One range of every node, and of all together."""
    nodes, range_ = await persons_nodes(request), _range(request)
    configs, clock = request.state["configs"], request.state["clock"]
    began = clock.monotonic()
    replies = await ask_each(
        [config.id for config in configs],
        partial(ask_stats, nodes, range_=range_),
        monotonic=clock.monotonic,
    )
    took_ms = round((clock.monotonic() - began) * 1000)
    return json_answer(cluster_stats(replies, now=clock.now(), took_ms=took_ms))


async def all_overviews(request: Request[Needs]) -> Response:
    """Every node at a glance, and the day of all together."""
    nodes = await persons_nodes(request)
    configs, clock = request.state["configs"], request.state["clock"]
    began = clock.monotonic()
    replies = await ask_each(
        [config.id for config in configs],
        partial(ask_overview, nodes),
        monotonic=clock.monotonic,
    )
    took_ms = round((clock.monotonic() - began) * 1000)
    return json_answer(cluster_overview(replies, now=clock.now(), took_ms=took_ms))


def _range(request: Request[Needs]) -> Range:
    try:
        return read_range(request.query_params)
    except RangeRefused as exc:
        raise Problem("invalid_request", exc.message, field=exc.field) from exc
