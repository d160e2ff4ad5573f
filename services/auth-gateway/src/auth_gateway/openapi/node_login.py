"""POST /api/auth/nodes/login and /api/auth/nodes/{id}/login."""

from typing import Annotated, Literal

import msgspec
from companion.openapi.operation import Answer, Body, Operation

from auth_gateway.openapi.shapes import (
    FORM,
    SIGN_IN_PROBLEMS,
    Code,
    NodeCredentials,
    SignedInNode,
    Text,
)


class SignedInToNode(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The node accepted."""

    node_id: str
    success: Literal[True]
    state: Literal["signed_in"]


class NodesCredentials(msgspec.Struct, frozen=True, kw_only=True):
    """Which nodes, and what somebody types; without a user name the session's own is meant."""

    nodes: Annotated[list[str], msgspec.Meta(min_length=1)]
    password: Text
    username: str | None = None
    totp: Code | None = None


class SignedInToNodes(msgspec.Struct, frozen=True, kw_only=True):
    """What each of the nodes said; at least one accepted."""

    authenticated: Literal[True]
    nodes: list[SignedInNode]


OPERATIONS = (
    Operation(
        method="POST",
        path="/api/auth/nodes/login",
        summary="Sign in to several nodes again",
        description="One password and perhaps one code for all of them. Where a node does not "
        "accept, nothing changes.",
        tag="signing in",
        body=Body(shape=NodesCredentials),
        answers=(
            Answer(status=201, description="Signed in to one or more.", shape=SignedInToNodes),
        ),
        problems=(*SIGN_IN_PROBLEMS, "node_unknown"),
    ),
    Operation(
        method="POST",
        path="/api/auth/nodes/{node_id}/login",
        summary="Sign in to one node again",
        tag="signing in",
        body=Body(shape=NodeCredentials, media_types=FORM),
        answers=(Answer(status=201, description="Signed in there.", shape=SignedInToNode),),
        problems=(*SIGN_IN_PROBLEMS, "node_unknown"),
    ),
)
