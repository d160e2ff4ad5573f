"""GET /api/auth/permissions: what the person may do, by feature and node, asked at this moment."""

from companion.asgi.guard import require_session
from starlette.requests import Request
from starlette.responses import Response

from auth_gateway.domain.permissions import permissions_answer
from auth_gateway.routes.caller import caller_of
from auth_gateway.routes.json import json_response
from auth_gateway.routes.refused import take_out_refused
from auth_gateway.routes.state import State


async def permissions(request: Request[State]) -> Response:
    """Every feature with a yes, a no or a null for each configured node."""
    session = await require_session(request)
    said = await request.state["rights"].ask(session.record, caller_of(request))
    await take_out_refused(request, session, said)
    configs = request.state["stack"].nodes
    return json_response(permissions_answer(session.record.user, configs, said))
