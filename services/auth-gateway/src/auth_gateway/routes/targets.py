"""Refuses request targets that two programs could read in two ways, before any route sees them."""

from companion.problems import Problem
from starlette.types import ASGIApp, Receive, Scope, Send

from auth_gateway.domain.paths import path_problem


class TargetMiddleware:
    """Answers 400 `invalid_request`; stands inside whatever turns problems into answers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            problem = path_problem(scope["raw_path"], scope["query_string"])
            if problem is not None:
                raise Problem("invalid_request", problem)
        await self.app(scope, receive, send)
