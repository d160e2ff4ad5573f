"""POST /internal/introspect: who a cookie stands for, for a service that holds no session keys.

The answer is of this moment: the session as Redis has it, the right as the node tells it.
"""

from collections.abc import Sequence
from typing import Annotated

import msgspec
from companion.asgi.internal import signed_body
from companion.nodes import NodeConfig, find
from companion.problems import Problem
from companion.sessions.store import OpenSession
from companion.technitium.calls import Permission
from starlette.requests import Request
from starlette.responses import Response

from auth_gateway.domain.caller import Caller
from auth_gateway.domain.own_sessions import name_at
from auth_gateway.domain.rights import (
    PrimaryAmbiguous,
    PrimaryUnknown,
    RightAt,
    only_primary,
    right_at,
)
from auth_gateway.routes.json import json_response
from auth_gateway.routes.refused import take_out_refused
from auth_gateway.routes.state import Shared

CALLERS = ("dhcp-tokens",)


class AskedRight(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A right on a node; without one, on the only Primary."""

    section: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    permission: Permission
    node: str | None = None


class Question(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose cookie this is, whether they are here by themselves, and perhaps what they may do."""

    cookie: str
    activity: bool
    right: AskedRight | None = None


async def introspect(request: Request[Shared]) -> Response:
    """The user of a cookie, and whether they have a right: then as that node spells the name."""
    question = _question(await signed_body(request, callers=CALLERS))
    session = await request.state["sessions"].open(question.cookie, activity=question.activity)
    answer: dict[str, object] = {"user": session.record.user}
    if question.right is not None:
        found = await _right(request, session, question.right)
        answer["right"] = {"node": found.node_id, "granted": found.granted}
        # Whose right it is: at another node the same session may be another person's.
        answer["user"] = name_at(session.record, found.node_id)
    return json_response(answer)


async def _right(request: Request[Shared], session: OpenSession, right: AskedRight) -> RightAt:
    """Ask the node live, with the person's own token there.

    Raises:
        NodeError: The node gave no word.
        Problem: Which node is meant is not known.
    """
    record = session.record
    caller = Caller(ip=record.client, agent=record.agent)
    named = None if right.node is None else _id(request.state["stack"].nodes, right.node)
    said = await request.state["rights"].ask(record, caller, only=named)
    await take_out_refused(request, session, said)
    answers = {node_id: each.answer for node_id, each in said.items()}
    try:
        node_id = only_primary(record, answers) if named is None else named
    except PrimaryAmbiguous as exc:
        raise Problem("primary_ambiguous", f"{exc} Name one.", nodes=list(exc.node_ids)) from exc
    except PrimaryUnknown as exc:
        raise Problem("primary_unavailable", str(exc)) from exc
    return right_at(answers, node_id, right.section, right.permission)


def _id(nodes: Sequence[NodeConfig], node_id: str) -> str:
    node = find(nodes, node_id)
    if node is None:
        raise Problem("node_unknown", "No node with this id is configured.")
    return node.id


def _question(body: bytes) -> Question:
    try:
        return msgspec.json.decode(body, type=Question)
    # A ValueError: bytes that are no UTF-8 are not msgspec's own error.
    except (ValueError, RecursionError) as exc:
        raise Problem("invalid_request", "The body is no question that is understood.") from exc
