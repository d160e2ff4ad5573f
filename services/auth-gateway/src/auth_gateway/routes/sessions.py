"""A person's own sessions: seen, and ended after the password (and code) once more.

The ids of the list name sessions and open none.
"""

from collections.abc import Sequence
from dataclasses import replace

from companion.asgi.guard import require_session
from companion.nodes import NodeConfig
from companion.problems import Problem
from companion.sessions.cookie import cleared_cookie
from companion.sessions.record import NodeState
from companion.sessions.store import OpenSession
from starlette.requests import Request
from starlette.responses import Response

from auth_gateway.domain import audit
from auth_gateway.domain.instant import instant
from auth_gateway.domain.own_sessions import confirming, own_sessions, spoken_for
from auth_gateway.routes.caller import caller_of
from auth_gateway.routes.json import json_response
from auth_gateway.routes.outcome import answered
from auth_gateway.routes.state import State
from auth_gateway.routes.typed import typed_credentials


async def own(request: Request[State]) -> Response:
    """List the sessions of whoever asks, oldest first."""
    session = await require_session(request)
    nodes = request.state["stack"].nodes
    sessions = await _own(request, session)
    return json_response({"sessions": [_row(one, session, nodes) for one in sessions]})


async def end_one(request: Request[State]) -> Response:
    """End one session of the list; one's current one as signing out does."""
    session = await require_session(request)
    session_id = request.path_params["session_id"]
    found = [one for one in await _own(request, session) if one.record.public_id == session_id]
    if not found:
        raise _unknown()
    if not await _end(request, session, found):
        # It ended by itself while the password was checked.
        raise _unknown()
    return json_response({"ended": 1}, headers=_parting(session, found))


async def end_others(request: Request[State]) -> Response:
    """End every session of the list but the current one."""
    session = await require_session(request)
    others = [one for one in await _own(request, session) if one.key != session.key]
    return json_response({"ended": await _end(request, session, others)}, status=201)


async def _own(request: Request[State], session: OpenSession) -> list[OpenSession]:
    named_alike = await request.state["sessions"].of_user(session.record.user)
    return own_sessions(session, named_alike, await request.state["identity"].nodes())


async def _end(
    request: Request[State], session: OpenSession, targets: Sequence[OpenSession]
) -> int:
    """End those of `targets` for which a node confirms the password; how many there still were.

    Raises:
        Problem: The password was not confirmed; nothing was ended.
    """
    caller = caller_of(request)
    typed = await typed_credentials(request, default_username=session.record.user)
    # It is the session's own person who is asked about, whatever name was typed.
    credentials = replace(typed, username=session.record.user)
    one_cluster = await request.state["identity"].nodes()
    node_ids = confirming(session, targets, one_cluster)
    if not node_ids:
        raise Problem(
            "node_session_expired",
            "You are signed in to no node that could check the password. Sign in to one first.",
        )
    asking = request.state["re_entry"].confirm(session, node_ids, credentials, caller)
    confirmed = await answered(
        request, "re_entry", credentials, asking, session_id=session.record.public_id
    )
    ending = spoken_for(session, confirmed.node_id, targets, one_cluster)
    ended = await request.state["sessions"].end_all(ending)
    if ended:
        request.state["kick_outbox"]()
        ids = [one.record.public_id for one in ending]
        audit.tell_sessions_ended(user=session.record.user, caller=caller, ids=ids)
    return ended


def _unknown() -> Problem:
    return Problem("session_unknown", "You have no session with this id.")


def _parting(session: OpenSession, ended: Sequence[OpenSession]) -> dict[str, str] | None:
    """What a browser is told whose own session has just ended."""
    if all(one.key != session.key for one in ended):
        return None
    return {"Set-Cookie": cleared_cookie(), "Clear-Site-Data": '"cache"'}


def _row(one: OpenSession, current: OpenSession, nodes: Sequence[NodeConfig]) -> dict[str, object]:
    record = one.record
    return {
        "id": record.public_id,
        "user": record.user,
        "current": one.key == current.key,
        "createdAt": instant(record.created),
        "lastSeenAt": instant(one.seen),
        "expiresAt": instant(one.deadline),
        "client": record.client,
        "agent": record.agent,
        "nodes": [{"id": node.id, "state": _state(one, node).value} for node in nodes],
    }


def _state(one: OpenSession, node: NodeConfig) -> NodeState:
    grant = one.record.nodes.get(node.id)
    return NodeState.SIGNED_OUT if grant is None else grant.state
