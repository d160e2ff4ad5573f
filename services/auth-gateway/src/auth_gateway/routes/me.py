"""GET /api/auth/me: who is asking, and where that person stands with each node.

Public, and never activity: a page may ask as often as it likes without keeping a session alive.
"""

from typing import Any

from companion.sessions.cookie import read_cookie
from companion.sessions.errors import SessionInvalid
from companion.sessions.store import OpenSession
from companion.store import StoreUnavailable
from starlette.requests import Request
from starlette.responses import Response
from structlog.contextvars import bind_contextvars

from auth_gateway.domain import me as decision
from auth_gateway.routes.json import json_response
from auth_gateway.routes.state import State


async def me(request: Request[State]) -> Response:
    """Answer 200 to everybody; 503 to whoever has a cookie that cannot be checked now."""
    if not request.state["session_auth"]:
        return json_response(await _everybody(request))
    session = await _session(request)
    return json_response(
        await _anonymous(request) if session is None else await _signed_in(request, session)
    )


async def _session(request: Request[State]) -> OpenSession | None:
    """The caller's session; over plain HTTP nobody has one."""
    cookie = read_cookie(request.scope)
    if cookie is None or not request.state["origin"].is_secure:
        return None
    try:
        session = await request.state["sessions"].open(cookie, activity=False)
    except SessionInvalid:
        return None
    bind_contextvars(user=session.record.user)
    return session


async def _signed_in(request: Request[State], session: OpenSession) -> dict[str, Any]:
    background = await request.state["background"].recent()
    return decision.signed_in(
        request.state["stack"],
        request.state["origin"],
        decision.WORKER_DOWN if background is None else background,
        session,
    )


async def _anonymous(request: Request[State]) -> dict[str, Any]:
    stack, origin = request.state["stack"], request.state["origin"]
    try:
        background = await request.state["background"].now()
    except StoreUnavailable:
        return decision.anonymous(stack, origin, decision.STORE_DOWN, store_down=True)
    return decision.anonymous(
        stack, origin, decision.WORKER_DOWN if background is None else background
    )


async def _everybody(request: Request[State]) -> dict[str, Any]:
    """Without sign-in Redis is needed for nothing that cannot be told otherwise."""
    stack, origin = request.state["stack"], request.state["origin"]
    try:
        background = await request.state["background"].recent()
        used_for = await request.state["cluster_token_use"].node_ids()
    except StoreUnavailable:
        return decision.everybody(
            stack, origin, decision.STORE_DOWN, cluster_token_nodes=(), store_down=True
        )
    return decision.everybody(
        stack,
        origin,
        decision.WORKER_DOWN if background is None else background,
        cluster_token_nodes=used_for,
    )
