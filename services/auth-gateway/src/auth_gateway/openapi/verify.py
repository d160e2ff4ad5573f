"""GET /api/auth/verify."""

from typing import Annotated

import msgspec
from companion.openapi.operation import Answer, Operation, Parameter

Method = Annotated[str, msgspec.Meta(pattern="^[A-Z]{1,32}$")]

OPERATIONS = (
    Operation(
        method="GET",
        path="/api/auth/verify",
        summary="Who is asking for another application",
        description="For Traefik's ForwardAuth in front of an application on another port of this "
        "host name. Using that application is activity, unless it only reads and sends "
        "`X-Companion-Poll: 1`.",
        tag="signing in",
        parameters=(
            Parameter(
                name="X-Forwarded-Method",
                description="The method that is asked of the other application.",
                shape=Method,
                where="header",
            ),
            Parameter(
                name="X-Forwarded-Host",
                description="The host, and perhaps port, that the other application is asked at.",
                where="header",
            ),
            Parameter(
                name="X-Forwarded-Proto",
                description="The scheme that the other application is asked by.",
                where="header",
            ),
        ),
        answers=(
            Answer(
                description="Signed in and confirmed.",
                media_type=None,
                headers={
                    "Remote-User": "The name, as the node that confirms it spells it.",
                    "Cookie": "The caller's cookies without ours; absent when there is no other.",
                },
            ),
            Answer(
                status=401,
                description="The same for browsers, as a page.",
                media_type="text/html",
            ),
        ),
        problems=(
            "invalid_request",
            "same_origin_app",
            "identity_unconfirmed",
            "origin_refused",
            "cross_site_refused",
        ),
    ),
)
