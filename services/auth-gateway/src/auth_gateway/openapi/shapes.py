"""Shapes that several operations of the gateway share."""

from typing import Annotated

import msgspec
from companion.sessions.record import NodeState

# As `auth_gateway.domain.credentials` reads it: spaces are left out first.
Code = Annotated[str, msgspec.Meta(pattern=r"^ *([0-9] *){6}$", examples=["123456"])]
Text = Annotated[str, msgspec.Meta(min_length=1)]


class Credentials(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody types to sign in."""

    username: Text
    password: Text
    totp: Code | None = None


class NodeCredentials(msgspec.Struct, frozen=True, kw_only=True):
    """The same for one node; without a user name the session's own is meant."""

    password: Text
    username: str | None = None
    totp: Code | None = None


class SignedInNode(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What one node said to a sign-in; `code` and `error` unless it accepted."""

    node_id: str
    base_url: str
    success: bool
    status: str
    state: NodeState
    code: str | msgspec.UnsetType = msgspec.UNSET
    error: str | msgspec.UnsetType = msgspec.UNSET


SIGN_IN_PROBLEMS = (
    "invalid_request",
    "request_too_large",
    "unsupported_media_type",
    "missing_credentials",
    "totp_required",
    "totp_invalid",
    "totp_used",
    "invalid_credentials",
    "user_disabled",
    "throttled",
    "sign_in_busy",
    "nodes_unreachable",
)
FORM = ("application/json", "application/x-www-form-urlencoded")
