"""GET /api/health."""

from typing import Literal

import msgspec
from companion.openapi.operation import Answer, Operation

from node_proxy.domain.health import DetailedHealth
from node_proxy.openapi.reading import json, read


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """The process runs; `uptime` in seconds."""

    status: Literal["ok"]
    timestamp: str
    uptime: float


OPERATIONS = (
    Operation(
        method="GET",
        path="/api/health",
        summary="Whether the API answers",
        tag="health",
        answers=(Answer(description="It does.", shape=Health),),
        public=True,
    ),
    read(
        "/api/health/detailed",
        "How every part and every node is",
        json("All of it.", DetailedHealth),
        description="Nodes are asked at the same time with the person's own tokens; one that the "
        "person is not signed in to is `unknown`. `responseTime` is in milliseconds.",
        tag="health",
    ),
)
