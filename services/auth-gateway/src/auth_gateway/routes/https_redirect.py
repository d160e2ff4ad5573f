"""Sends pages from http to https, with 308, and nothing else.

In front of the routes it acts on what a believed proxy says; the listener beside our own TLS is
made of nothing else. No answer is kept by a browser: who goes back to http is not sent on by a
memory.
"""

from companion.problems import Problem
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from auth_gateway.domain.https_location import https_location, is_page


class HttpsRedirectMiddleware:
    """Stands behind whatever checks the target and the host."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            origin = scope["state"]["origin"]
            location = _location(scope, port=None)
            if origin.forwarded_proto is not None and not origin.is_secure and location:
                await _redirect(location)(scope, receive, send)
                return
        await self.app(scope, receive, send)


class OnlyHttps:
    """The application of a plain listener: pages are sent on, whatever else comes is refused."""

    def __init__(self, port: int | None) -> None:
        self._port = port

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request.

        Raises:
            Problem: `https_required`, 403.
        """
        location = _location(scope, port=self._port)
        if location is None:
            raise Problem(
                "https_required",
                "This port sends pages to HTTPS and serves nothing else: use the https:// address.",
            )
        await _redirect(location)(scope, receive, send)


def _location(scope: Scope, *, port: int | None) -> str | None:
    if not is_page(scope["method"], scope["path"], Headers(scope=scope)):
        return None
    path: bytes = scope["raw_path"]
    query: bytes = scope["query_string"]
    target = (path + b"?" + query if query else path).decode("latin-1")
    return https_location(scope["state"]["origin"].host, target, port=port)


def _redirect(location: str) -> Response:
    return Response(status_code=308, headers={"Location": location, "Cache-Control": "no-store"})
