"""GET /api/openapi.json at node-proxy."""

from companion.openapi.operation import Answer, Operation

OPERATIONS = (
    Operation(
        method="GET",
        path="/api/openapi.json",
        summary="The document of node-proxy alone",
        description="The gateway reads it with the caller's cookie and puts its own beside it.",
        tag="about",
        answers=(
            Answer(
                description="An OpenAPI 3.1 document.",
                shape={"type": "object", "required": ["openapi", "info", "paths"]},
            ),
            Answer(status=304, description="It is still the same.", media_type=None),
        ),
    ),
)
