"""What GET /api/auth/me says: to whom, in which state, over which transport.

The existing web client locks out whoever has fewer `nodeIds` than are configured, so that list
always names every node; the truth about each stands in `nodes`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from companion.asgi.origin import RequestOrigin
from companion.mode import NOTICE
from companion.nodes import NodeConfig
from companion.sessions.limits import SessionLimits
from companion.sessions.record import NodeGrant, NodeState
from companion.sessions.store import OpenSession

from auth_gateway.domain.instant import instant

Json = dict[str, Any]

UNREACHABLE: Final = "unreachable"

# Nothing was written by the worker for a minute.
WORKER_DOWN: Final[Mapping[str, Any]] = {
    "configured": False,
    "sessionAuthEnabled": True,
    "validated": False,
    "okForPtr": False,
    "transient": True,
    "state": "worker_down",
    "reason": "ptr-worker does not answer",
}
STORE_DOWN: Final[Mapping[str, Any]] = {
    "configured": False,
    "sessionAuthEnabled": True,
    "validated": False,
    "okForPtr": False,
    "transient": True,
    "state": UNREACHABLE,
}

# Where nobody signs in, every node has a token, or nothing would have started.
_WITH_TOKEN = NodeGrant(state=NodeState.SIGNED_IN)

_BOOLEANS = ("configured", "sessionAuthEnabled", "validated", "okForPtr")
_NEVER_ASKED = NodeGrant(
    state=NodeState.SIGNED_OUT,
    reason="This node was added after you signed in. Sign in to it.",
    code="not_signed_in",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """What the settings say that everybody may know."""

    nodes: Sequence[NodeConfig]
    session_auth: bool
    limits: SessionLimits
    cluster_token_configured: bool
    https_enabled: bool
    trust_proxy: bool
    sandbox: bool


def anonymous(
    stack: Stack, origin: RequestOrigin, background: Mapping[str, Any], *, store_down: bool = False
) -> Json:
    """The answer for whoever is not signed in: nothing that helps an attacker."""
    shown = {name: background[name] for name in _BOOLEANS if name in background}
    if store_down:
        shown["state"] = UNREACHABLE
    answer: Json = {
        "sessionAuthEnabled": True,
        "authenticated": False,
        **_common(stack, origin),
        "backgroundPtrToken": shown,
    }
    if store_down:
        answer["state"] = UNREACHABLE
    return answer


def signed_in(
    stack: Stack, origin: RequestOrigin, background: Mapping[str, Any], session: OpenSession
) -> Json:
    """The answer for the person of a session."""
    record = session.record
    return {
        "sessionAuthEnabled": True,
        "authenticated": True,
        "user": record.user,
        "nodeIds": [node.id for node in stack.nodes],
        "nodes": [
            _node(node, record.nodes.get(node.id, _NEVER_ASKED), user=record.user)
            for node in stack.nodes
        ],
        **_common(stack, origin),
        "backgroundPtrToken": dict(background),
        "session": {
            "createdAt": instant(record.created),
            "expiresAt": instant(session.deadline),
            "idleLimitSeconds": int(stack.limits.idle_s),
        },
    }


def everybody(
    stack: Stack,
    origin: RequestOrigin,
    background: Mapping[str, Any],
    *,
    cluster_token_nodes: Sequence[str],
    store_down: bool = False,
) -> Json:
    """The answer where nobody signs in: whoever asks may do everything, and is told so."""
    answer: Json = {
        "sessionAuthEnabled": False,
        "authenticated": False,
        "notice": NOTICE,
        "nodes": [_node(node, _WITH_TOKEN, user="") for node in stack.nodes],
        **_common(stack, origin),
        "clusterTokenUsage": {"usedForNodeIds": list(cluster_token_nodes)},
        "backgroundPtrToken": {**background, "sessionAuthEnabled": False},
    }
    if store_down:
        answer["state"] = UNREACHABLE
    return answer


def _common(stack: Stack, origin: RequestOrigin) -> Json:
    transport: Json = {
        "requestSecure": origin.is_secure,
        "httpsEnabled": stack.https_enabled,
        "trustProxyEnabled": stack.trust_proxy,
    }
    if origin.forwarded_proto is not None:
        transport["forwardedProto"] = origin.forwarded_proto
    common: Json = {
        "configuredNodeIds": [node.id for node in stack.nodes],
        "clusterTokenConfigured": stack.cluster_token_configured,
        "transport": transport,
    }
    if stack.sandbox:
        common["sandbox"] = True
    return common


def _node(node: NodeConfig, grant: NodeGrant, *, user: str) -> Json:
    """What is known of one node; `user` stands there where the node knows another name."""
    shown: Json = {
        "id": node.id,
        "name": node.name,
        "state": grant.state.value,
        "reason": grant.reason,
        "code": grant.code,
        "insecureTransport": node.insecure,
    }
    if grant.username is not None and grant.username.casefold() != user.casefold():
        shown["user"] = grant.username
    return shown
