"""Refuses requests whose target two programs could read in two ways, before any route sees them.

That is the path with its query, and the host: with two of them each program picks its own.
"""

from companion.problems import Problem
from starlette.types import ASGIApp, Receive, Scope, Send

from auth_gateway.domain.paths import path_problem


class TargetMiddleware:
    """Answers 400 `invalid_request`; stands inside whatever turns problems into answers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            problem = _host_problem(scope) or path_problem(scope["raw_path"], scope["query_string"])
            if problem is not None:
                raise Problem("invalid_request", problem)
        await self.app(scope, receive, send)


def _host_problem(scope: Scope) -> str | None:
    hosts = sum(name == b"host" for name, _ in scope["headers"])
    return None if hosts == 1 else "The request must have one Host header."
