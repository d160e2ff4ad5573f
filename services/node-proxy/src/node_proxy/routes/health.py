"""The Companion's public health answer; `/readyz` says whether this service can work."""

from typing import TypedDict

from companion.clock import Clock
from starlette.requests import Request
from starlette.responses import Response

from node_proxy.domain.instant import format_instant
from node_proxy.routes.answer import json_answer


class Needs(TypedDict):
    """What this route takes from the application's state."""

    clock: Clock
    started: float


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
