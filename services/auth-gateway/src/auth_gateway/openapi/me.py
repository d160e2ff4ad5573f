"""GET /api/auth/me."""

from typing import Any

import msgspec
from companion.openapi.operation import Answer, Operation
from companion.sessions.record import NodeState


class KnownNode(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Where the person stands with one node; `user` where it knows another name."""

    id: str
    name: str
    state: NodeState
    reason: str | None
    code: str | None
    insecure_transport: bool
    user: str | msgspec.UnsetType = msgspec.UNSET


class Transport(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """How this request came here."""

    request_secure: bool
    https_enabled: bool
    trust_proxy_enabled: bool
    forwarded_proto: str | msgspec.UnsetType = msgspec.UNSET


class SessionTimes(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """When the session began, when it ends at the latest, and after which pause."""

    created_at: str
    expires_at: str
    idle_limit_seconds: int


class ClusterTokenUsage(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The nodes without a token of their own, sorted."""

    used_for_node_ids: list[str]


class Me(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Who is asking; whoever is not signed in sees what everybody may know."""

    session_auth_enabled: bool
    authenticated: bool
    configured_node_ids: list[str]
    cluster_token_configured: bool
    transport: Transport
    background_ptr_token: dict[str, Any]
    sandbox: bool | msgspec.UnsetType = msgspec.UNSET
    state: str | msgspec.UnsetType = msgspec.UNSET
    user: str | msgspec.UnsetType = msgspec.UNSET
    node_ids: list[str] | msgspec.UnsetType = msgspec.UNSET
    nodes: list[KnownNode] | msgspec.UnsetType = msgspec.UNSET
    notice: str | msgspec.UnsetType = msgspec.UNSET
    cluster_token_usage: ClusterTokenUsage | msgspec.UnsetType = msgspec.UNSET
    session: SessionTimes | msgspec.UnsetType = msgspec.UNSET


OPERATIONS = (
    Operation(
        method="GET",
        path="/api/auth/me",
        summary="Who is asking",
        description="Open to everybody, and no activity. While sessions cannot be read, whoever "
        "sends a cookie gets 503 and is still signed in later.",
        tag="signing in",
        answers=(Answer(description="What is known of whoever asks.", shape=Me),),
        problems=("store_unavailable", "session_key_unknown"),
        public=True,
    ),
)
