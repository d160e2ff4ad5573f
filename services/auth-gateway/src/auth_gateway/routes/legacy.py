"""What is left of /api/auth where nobody signs in: who-am-I, and a sign-out that ends nothing."""

from collections.abc import Iterable
from typing import Any, Final

from companion.asgi.guard import SESSION_AUTH_OFF
from companion.problems import Problem
from companion.sessions.cookie import cleared_cookie
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from auth_gateway.routes.json import json_response

_ABOUT_SESSIONS: Final = ("/api/auth/", "/internal/")
_ME: Final = "/api/auth/me"
_LOGOUT: Final = "/api/auth/logout"


def without_sign_in(routes: Iterable[BaseRoute]) -> list[BaseRoute]:
    """The same table, where everything about sessions answers 403 `session_auth_off`."""
    return [_without_sign_in(route) for route in routes]


def _without_sign_in(route: BaseRoute) -> BaseRoute:
    if not isinstance(route, Route) or not route.path.startswith(_ABOUT_SESSIONS):
        return route
    if route.path == _ME:
        return route
    endpoint = _logout if route.path == _LOGOUT else _off
    return Route(route.path, endpoint, methods=[*(route.methods or ())])


async def _off(_: Request[Any]) -> Response:
    raise Problem("session_auth_off", SESSION_AUTH_OFF)


async def _logout(_: Request[Any]) -> Response:
    """Success, as clients of the Companion expect; a cookie of before is of no use any more."""
    return json_response({"ok": True}, status=201, headers={"Set-Cookie": cleared_cookie()})
