"""Who makes a request, and which node it is about."""

from collections.abc import Mapping
from typing import Any

from companion.asgi.guard import require_caller
from companion.nodes import NodeConfig, find
from companion.problems import Problem
from starlette.requests import Request

from node_proxy.domain.ports import ForwardingNodes, PersonsNodesOf


async def persons_nodes(request: Request[Any], *, activity: bool | None = None) -> ForwardingNodes:
    """The nodes as whoever makes the request reaches them, with that person's own tokens.

    Where nobody signs in, with the tokens of the settings. `activity` says whether the call keeps
    the session from idling out; streams do not.

    Raises:
        Problem: `https_required`, or `session_invalid` without a usable cookie.
        SessionInvalid: There is no such session any more.
        StoreUnavailable: Redis does not answer.
    """
    session = await require_caller(request, activity=activity)
    state: Mapping[str, Any] = request.scope["state"]
    nodes_of: PersonsNodesOf = state["nodes_of"]
    # As browsers say it when somebody loads a page anew.
    asks_now = "no-cache" in request.headers.get("cache-control", "").lower()
    return nodes_of(session, state["origin"].client_ip, asks_now=asks_now)


def configured_node(request: Request[Any]) -> NodeConfig:
    """The node of the path; asked for after the session, so that strangers learn no names.

    Raises:
        Problem: `node_unknown`, 404.
    """
    node_id = request.path_params["node_id"]
    config = find(request.scope["state"]["configs"], node_id)
    if config is None:
        raise Problem(
            "node_unknown", f'Technitium DNS node "{node_id}" is not configured.', nodeId=node_id
        )
    return config
