"""POST /api/auth/login."""

from typing import Literal

import msgspec
from companion.openapi.operation import Answer, Body, Operation

from auth_gateway.openapi.shapes import FORM, SIGN_IN_PROBLEMS, Credentials, SignedInNode


class SignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """Whoever at least one node accepted."""

    authenticated: Literal[True]
    user: str
    nodes: list[SignedInNode]


OPERATIONS = (
    Operation(
        method="POST",
        path="/api/auth/login",
        summary="Sign in",
        description="Asks all nodes at once with one password and perhaps one code. Whoever at "
        "least one node accepts is signed in; `nodes` says what each said.",
        tag="signing in",
        body=Body(shape=Credentials, media_types=FORM),
        answers=(
            Answer(
                status=201,
                description="Signed in.",
                shape=SignedIn,
                headers={"Set-Cookie": "The session."},
            ),
        ),
        problems=(*SIGN_IN_PROBLEMS, "https_required", "store_unavailable"),
        public=True,
    ),
)
