"""Reads what a node answered into the shape that is needed.

A node is another program, perhaps broken, perhaps lying: a wrong shape is its fault and says so.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
from companion.technitium.calls import SESSION_GET, Call
from companion.technitium.errors import NodeGarbled
from companion.technitium.session_info import SessionInfo
from companion.technitium.text import readable

from node_proxy.domain.ports import PersonsNodes

T = TypeVar("T")


async def ask(
    nodes: PersonsNodes,
    node_id: str,
    call: Call,
    shape: type[T],
    params: Mapping[str, str] | None = None,
    *,
    max_age_s: float | None = None,
) -> T:
    """One answer of one node, read; `max_age_s` as for `PersonsNodes.call`.

    Raises:
        NodeError: The node did not answer, or not in this shape.
    """
    answer = await nodes.call(node_id, call, params, max_age_s=max_age_s)
    return read(shape, answer, node_id=node_id, call=call)


async def ask_info(
    nodes: PersonsNodes, node_id: str, *, max_age_s: float | None = None
) -> SessionInfo:
    """Who the person is on that node and what the node is; open to any valid token.

    Raises:
        NodeError: The node did not answer, or not in this shape.
    """
    body = await nodes.call(node_id, SESSION_GET, max_age_s=max_age_s)
    try:
        return SessionInfo.read(body)
    except ValueError as error:
        raise garbled(node_id, SESSION_GET, readable(str(error))) from error


def read(shape: type[T], body: Mapping[str, Any], *, node_id: str, call: Call) -> T:
    """The fields of `shape` out of a node's answer; everything else in it is left aside.

    Raises:
        NodeGarbled: A field is missing or of another type.
    """
    try:
        return msgspec.convert(body, shape)
    except msgspec.ValidationError as error:
        raise garbled(node_id, call, str(error)) from error


def garbled(node_id: str, call: Call, what: str) -> NodeGarbled:
    """The error for an answer of a wrong shape; `what` names fields, never what stood in them."""
    return NodeGarbled(
        node_id,
        f"The node's answer to {call.path} has an unexpected shape: {what.rstrip('.')}.",
        path=call.path,
    )
