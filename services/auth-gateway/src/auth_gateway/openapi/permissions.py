"""GET /api/auth/permissions."""

from companion.openapi.operation import Answer, Operation

from auth_gateway.domain.permissions import PermissionsAnswer

OPERATIONS = (
    Operation(
        method="GET",
        path="/api/auth/permissions",
        summary="What the person may do, by feature and node",
        description="Each node is asked at this moment with the person's own token there. Null: "
        "the node could not say, and `nodes` says why. A right counts only on the node that gave "
        "it. Rights on single zones come on top.",
        tag="signing in",
        answers=(Answer(description="Every feature.", shape=PermissionsAnswer),),
    ),
)
