"""The Companion's health answers; `/readyz` says whether this service can work."""

import asyncio
from functools import partial
from typing import TypedDict

from companion.clock import Clock
from companion.health import service_version
from companion.nodes import NodeConfig
from starlette.requests import Request
from starlette.responses import Response

from node_proxy.domain.answer import ask_info
from node_proxy.domain.health import Process, detailed_health
from node_proxy.domain.instant import format_instant
from node_proxy.domain.nodes import node_rows
from node_proxy.domain.ports import Parts
from node_proxy.routes.answer import json_answer
from node_proxy.routes.asking import of_all
from node_proxy.routes.caller import persons_nodes


class Needs(TypedDict):
    """What these routes take from the application's state."""

    clock: Clock
    started: float
    configs: tuple[NodeConfig, ...]
    parts: Parts


async def health(request: Request[Needs]) -> Response:
    """Says that the process runs, and for how many seconds."""
    clock = request.state["clock"]
    return json_answer(
        {
            "status": "ok",
            "timestamp": format_instant(clock.now()),
            "uptime": round(clock.monotonic() - request.state["started"], 3),
        }
    )


async def detailed(request: Request[Needs]) -> Response:
    """How every part and every node is; 200 whatever they do, within one deadline."""
    nodes = await persons_nodes(request)
    clock = request.state["clock"]
    came, parts = await asyncio.gather(
        of_all(request, partial(ask_info, nodes)), request.state["parts"].conditions()
    )
    process = Process(
        version=service_version("node-proxy"),
        now=clock.now(),
        uptime_s=clock.monotonic() - request.state["started"],
    )
    rows = node_rows(request.state["configs"], came.value)
    return json_answer(detailed_health(process, parts, rows))
