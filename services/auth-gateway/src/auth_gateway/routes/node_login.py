"""POST /api/auth/nodes/{id}/login: signs in to one node again, within a session that lives."""

from companion.asgi.guard import require_session
from companion.nodes import find
from companion.problems import Problem
from companion.sessions.record import NodeState
from starlette.requests import Request
from starlette.responses import Response

from auth_gateway.routes.caller import caller_of
from auth_gateway.routes.json import json_response
from auth_gateway.routes.outcome import answered
from auth_gateway.routes.state import State
from auth_gateway.routes.typed import typed_credentials


async def node_login(request: Request[State]) -> Response:
    """Sign in to a node; the session's own user name is the default."""
    session = await require_session(request)
    node = find(request.state["stack"].nodes, request.path_params["node_id"])
    if node is None:
        raise Problem("node_unknown", "No node with this id is configured.")
    credentials = await typed_credentials(request, default_username=session.record.user)
    outcome = await request.state["admission"].sign_in_to_node(
        session, node.id, credentials, caller_of(request)
    )
    answered(request, "node_sign_in", credentials, outcome)
    return json_response(
        {"nodeId": node.id, "success": True, "state": NodeState.SIGNED_IN.value}, status=201
    )
