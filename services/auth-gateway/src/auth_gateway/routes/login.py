"""POST /api/auth/login: one password, all nodes, one cookie."""

from companion.asgi.guard import require_https
from companion.nodes import NodeConfig
from companion.sessions.cookie import read_cookie, session_cookie
from starlette.requests import Request
from starlette.responses import Response

from auth_gateway.domain.replies import Reply, ReplyCode, state_of
from auth_gateway.routes.caller import caller_of
from auth_gateway.routes.json import json_response
from auth_gateway.routes.outcome import answered
from auth_gateway.routes.state import State
from auth_gateway.routes.typed import typed_credentials

# What Technitium calls these outcomes; existing clients read it.
_STATUS_WORDS = {ReplyCode.ACCEPTED: "ok", ReplyCode.TOTP_REQUIRED: "2fa-required"}


async def login(request: Request[State]) -> Response:
    """Sign in; 201 when at least one node accepted, with one entry for each node."""
    require_https(request.state["origin"])
    credentials = await typed_credentials(request)
    asking = request.state["admission"].sign_in(
        credentials, caller_of(request), replaces=read_cookie(request.scope)
    )
    signed_in = await answered(request, "sign_in", credentials, asking)
    stack = request.state["stack"]
    nodes = [node_entry(node, signed_in.replies[node.id]) for node in stack.nodes]
    return json_response(
        {"authenticated": True, "user": signed_in.user, "nodes": nodes},
        status=201,
        headers={"Set-Cookie": session_cookie(signed_in.cookie, stack.limits.max_age_s)},
    )


def node_entry(node: NodeConfig, reply: Reply) -> dict[str, object]:
    """What one node said, as the Companion's clients read it."""
    entry: dict[str, object] = {
        "nodeId": node.id,
        "baseUrl": node.base_url,
        "success": reply.accepted,
        "status": _STATUS_WORDS.get(reply.code, "error"),
        "state": state_of(reply).value,
    }
    if not reply.accepted:
        entry |= {"code": reply.code.value, "error": reply.message}
    return entry
