"""GET /api/openapi.json at the gateway."""

from companion.openapi.operation import Answer, Operation

OPERATIONS = (
    Operation(
        method="GET",
        path="/api/openapi.json",
        summary="This document",
        description="The operations of all services that take the session's cookie. Sends an "
        "ETag, and 304 to whoever sends it back.",
        tag="about",
        answers=(
            Answer(
                description="An OpenAPI 3.1 document.",
                shape={"type": "object", "required": ["openapi", "info", "paths"]},
                headers={"ETag": "Names this state of the document."},
            ),
            Answer(status=304, description="It is still the same.", media_type=None),
        ),
        problems=("upstream_unavailable", "upstream_timeout"),
    ),
)
