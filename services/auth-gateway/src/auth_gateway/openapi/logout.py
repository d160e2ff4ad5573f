"""POST /api/auth/logout."""

from typing import Literal

import msgspec
from companion.openapi.operation import Answer, Operation


class SignedOut(msgspec.Struct, frozen=True, kw_only=True):
    """The session is over."""

    ok: Literal[True]


OPERATIONS = (
    Operation(
        method="POST",
        path="/api/auth/logout",
        summary="Sign out",
        description="Ends the session at once; its Technitium sessions are ended behind it, also "
        "at a node that is down at the time.",
        tag="signing in",
        answers=(
            Answer(
                status=201,
                description="Signed out.",
                shape=SignedOut,
                headers={"Set-Cookie": "Takes the cookie away."},
            ),
        ),
    ),
)
