"""Signing in to nodes again, within a session that lives.

POST /api/auth/nodes/login takes several with one code; /api/auth/nodes/{id}/login is its short
form.
"""

from companion.asgi.guard import require_session
from companion.nodes import find
from companion.problems import Problem
from companion.sessions.record import NodeState
from starlette.requests import Request
from starlette.responses import Response

from auth_gateway.routes.caller import caller_of
from auth_gateway.routes.json import json_response
from auth_gateway.routes.login import node_entry
from auth_gateway.routes.outcome import answered
from auth_gateway.routes.state import State
from auth_gateway.routes.typed import typed_credentials, typed_node_sign_in


async def nodes_login(request: Request[State]) -> Response:
    """Sign in to some nodes; 201 when one of them accepted, with an entry for each."""
    session = await require_session(request)
    nodes, credentials = await typed_node_sign_in(
        request, request.state["stack"].nodes, default_username=session.record.user
    )
    asking = request.state["admission"].sign_in_to_nodes(
        session, [node.id for node in nodes], credentials, caller_of(request)
    )
    signed_in = await answered(
        request, "node_sign_in", credentials, asking, session_id=session.record.public_id
    )
    return json_response(
        {
            "authenticated": True,
            "nodes": [node_entry(node, signed_in.replies[node.id]) for node in nodes],
        },
        status=201,
    )


async def node_login(request: Request[State]) -> Response:
    """Sign in to a node; the session's own user name is the default."""
    session = await require_session(request)
    node = find(request.state["stack"].nodes, request.path_params["node_id"])
    if node is None:
        raise Problem("node_unknown", "No node with this id is configured.")
    credentials = await typed_credentials(request, default_username=session.record.user)
    asking = request.state["admission"].sign_in_to_nodes(
        session, [node.id], credentials, caller_of(request)
    )
    await answered(
        request, "node_sign_in", credentials, asking, session_id=session.record.public_id
    )
    return json_response(
        {"nodeId": node.id, "success": True, "state": NodeState.SIGNED_IN.value}, status=201
    )
