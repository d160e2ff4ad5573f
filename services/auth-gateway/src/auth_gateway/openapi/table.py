"""Every operation of the gateway, a test holds it to the table of routes; its document as well."""

from typing import Any, Final

from companion.health import service_version
from companion.openapi.document import document

from auth_gateway.openapi import login, logout, me, node_login, permissions, sessions, verify, whole

OPERATIONS: Final = (
    *me.OPERATIONS,
    *login.OPERATIONS,
    *logout.OPERATIONS,
    *node_login.OPERATIONS,
    *sessions.OPERATIONS,
    *permissions.OPERATIONS,
    *verify.OPERATIONS,
    *whole.OPERATIONS,
)
TITLE: Final = "Technitium Companion Services"


def gateway_document() -> dict[str, Any]:
    """The gateway's own operations, with what it refuses before it looks at any of them."""
    return document(
        OPERATIONS,
        title=TITLE,
        version=service_version("auth-gateway"),
        always=("invalid_request", "host_refused", "session_auth_off"),
    )
