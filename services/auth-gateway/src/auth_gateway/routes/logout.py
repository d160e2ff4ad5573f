"""POST /api/auth/logout: the session is dead at once, its tokens are ended at the nodes after."""

from companion.asgi.guard import require_session
from companion.sessions.cookie import cleared_cookie, read_cookie
from companion.sessions.errors import SessionInvalid
from starlette.requests import Request
from starlette.responses import Response

from auth_gateway.domain import audit
from auth_gateway.routes.caller import caller_of
from auth_gateway.routes.json import json_response
from auth_gateway.routes.state import State


async def logout(request: Request[State]) -> Response:
    """Sign out; never waits for a node."""
    session = await require_session(request, activity=False)
    cookie = read_cookie(request.scope)
    if cookie is None or not await request.state["sessions"].end(cookie):
        raise SessionInvalid("unknown")
    request.state["kick_outbox"]()
    record = session.record
    audit.tell_sign_out(user=record.user, caller=caller_of(request), session_id=record.public_id)
    return json_response(
        {"ok": True},
        status=201,
        headers={"Set-Cookie": cleared_cookie(), "Clear-Site-Data": '"cache"'},
    )
