"""A page for a person who opened another application without being signed in here.

It names the host that was asked for and links nowhere: nobody can make it lead elsewhere.
"""

from html import escape
from typing import Final

from companion.problems import Problem
from companion.sessions.errors import SessionInvalid
from starlette.requests import Request
from starlette.responses import HTMLResponse

from auth_gateway.routes.state import State

_UNAUTHORIZED: Final = 401
_PAGE: Final = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Sign in first</title>
<h1>Sign in first</h1>
<p>This application is for people who are signed in to Technitium Companion on <b>{host}</b>.
<p>Open the Companion at its own port of that host name, sign in, then load this page again.
</html>
"""


def sign_in_first(
    request: Request[State], error: Problem | SessionInvalid, *, host: str
) -> HTMLResponse | None:
    """The page, for a browser that shows pages; None for programs and for other errors."""
    is_signed_out = isinstance(error, SessionInvalid) or error.status == _UNAUTHORIZED
    if not is_signed_out or "text/html" not in request.headers.get("accept", "").lower():
        return None
    return HTMLResponse(_PAGE.format(host=escape(_without_port(host))), status_code=_UNAUTHORIZED)


def _without_port(host: str) -> str:
    name, _, port = host.rpartition(":")
    return name if port.isdigit() and name else host
