"""GET /api/openapi.json: the operations of the gateway and of node-proxy in one document.

Node-proxy is asked each time, with the caller's own cookie and the tag of what it said last, so
that nobody reads it past node-proxy's own check and a new version is seen at once.
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from companion.asgi.guard import require_caller
from companion.openapi.merge import merged
from companion.openapi.serving import NOT_MODIFIED, Written, written_response
from companion.sessions.errors import SessionInvalid
from starlette.requests import Request
from starlette.responses import Response

from auth_gateway.domain.forwarding import Header, request_headers
from auth_gateway.domain.ports import Upstream, UpstreamAnswer, UpstreamDown, UpstreamSlow
from auth_gateway.routes.door import upstream_problem
from auth_gateway.routes.state import State

_TARGET: Final = b"/api/openapi.json"
_OK: Final = 200
_UNAUTHORIZED: Final = 401


class WholeDocument:
    """The endpoint; `own` is the gateway's document."""

    def __init__(self, own: Mapping[str, Any], node_proxy: Upstream) -> None:
        self._own = own
        self._node_proxy = node_proxy
        self._tag = b""
        self._whole = Written.of(own)

    async def get(self, request: Request[State]) -> Response:
        """The document, or 304 for whoever has this very one."""
        await require_caller(request)
        try:
            async with request.state["upstreams"].send(
                self._node_proxy,
                method="GET",
                target=_TARGET,
                headers=self._headers(request),
                body=None,
            ) as answer:
                await self._take(answer)
        except (UpstreamDown, UpstreamSlow) as exc:
            raise upstream_problem(exc) from exc
        return written_response(request, self._whole)

    def _headers(self, request: Request[State]) -> list[Header]:
        cookies = [header for header in request.scope["headers"] if header[0] == b"cookie"]
        known = [(b"if-none-match", self._tag)] if self._tag else []
        state = request.state
        return request_headers([*cookies, *known], state["origin"], request_id=state["request_id"])

    async def _take(self, answer: UpstreamAnswer) -> None:
        """Make the whole anew if node-proxy's part is another.

        Raises:
            SessionInvalid: The session ended in between.
            UpstreamDown: Node-proxy could not say.
        """
        if answer.status == NOT_MODIFIED:
            return
        if answer.status == _UNAUTHORIZED:
            raise SessionInvalid("unknown")
        if answer.status != _OK:
            raise UpstreamDown(self._node_proxy.name)
        theirs = msgspec.json.decode(await answer.read())
        self._whole = Written.of(merged(self._own, theirs, suffix="OfNodes"))
        self._tag = next((value for name, value in answer.headers if name.lower() == b"etag"), b"")
