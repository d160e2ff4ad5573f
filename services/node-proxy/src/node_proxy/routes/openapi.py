"""GET /api/openapi.json: what this service's routes take and answer, for people signed in."""

from collections.abc import Mapping
from typing import Any

from companion.openapi.serving import Written, written_response
from starlette.requests import Request
from starlette.responses import Response

from node_proxy.routes.caller import persons_nodes


class OwnDocument:
    """The endpoint over one document."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._written = Written.of(document)

    async def get(self, request: Request[Any]) -> Response:
        await persons_nodes(request)
        return written_response(request, self._written)
