"""The outermost layer: a request id for everything that happens, one access line, the figures.

Neither the query string nor a body is ever logged: both can hold what nobody should read.
"""

import re
import secrets
import time
from collections.abc import Callable

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars, clear_contextvars

from companion.asgi.forwarded import TransportSettings, peer_of

# Method, route template, status, seconds.
Observe = Callable[[str, str, int, float], None]

_ID = re.compile(rb"[0-9a-f]{24}")

UNKNOWN_ROUTE = "none"
# No answer was begun: the client had gone, or the connection was cut.
NO_ANSWER = 499

log = structlog.get_logger("access")


class ContextMiddleware:
    """Gives each request an id and tells of it once.

    The id is ours: one that a client sends is never believed. `door` is for services behind one:
    the id it gave is kept when it is a peer these settings trust, so that a problem document and
    the log lines of both services name the same request. `quiet` holds paths whose successes are
    logged at debug only: probes come every few seconds.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        observe: Observe | None = None,
        door: TransportSettings | None = None,
        quiet: frozenset[str] = frozenset({"/livez", "/readyz", "/health", "/metrics"}),
        new_id: Callable[[], str] = lambda: secrets.token_hex(12),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.app = app
        self.observe = observe
        self.door = door
        self.quiet = quiet
        self.new_id = new_id
        self.monotonic = monotonic

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = self._given(scope) or self.new_id()
        scope.setdefault("state", {})["request_id"] = request_id
        clear_contextvars()
        bind_contextvars(request_id=request_id)
        header = (b"x-request-id", request_id.encode())
        began = self.monotonic()
        status = NO_ANSWER

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                kept = [each for each in message.get("headers", ()) if each[0] != header[0]]
                message["headers"] = [*kept, header]
            await send(message)

        try:
            await self.app(scope, receive, sending)
        finally:
            self._tell(scope, status, self.monotonic() - began)

    def _given(self, scope: Scope) -> str | None:
        """The id of a door that is trusted; None without one of our form."""
        if self.door is None or not self.door.trusts(peer_of(scope)):
            return None
        ids = [value for name, value in scope["headers"] if name == b"x-request-id"]
        if len(ids) != 1 or _ID.fullmatch(ids[0]) is None:
            return None
        return bytes(ids[0]).decode()

    def _tell(self, scope: Scope, status: int, took_s: float) -> None:
        route = route_template(scope)
        if self.observe is not None:
            self.observe(scope["method"], route, status, took_s)
        quiet = scope["path"] in self.quiet and status < 400  # noqa: PLR2004 - errors begin there
        (log.debug if quiet else log.info)(
            "request",
            method=scope["method"],
            route=route,
            status=status,
            took_ms=round(took_s * 1000, 2),
            client=_client(scope),
        )


def route_template(scope: Scope) -> str:
    """The route as the table has it, such as `/api/nodes/{node_id}`; never the path itself."""
    path: str = getattr(scope.get("route"), "path", UNKNOWN_ROUTE)
    return path


def _client(scope: Scope) -> str | None:
    origin = scope["state"].get("origin")
    return None if origin is None else origin.client_ip
