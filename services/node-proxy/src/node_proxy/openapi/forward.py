"""The operations of `node_proxy.routes.forward`."""

from typing import Any, Final

from companion.openapi.operation import NODE_PROBLEMS, Answer, Body, Operation, Parameter

from node_proxy.domain.forward_all import NodeResult

TAG: Final = "forwarder"

_PATH: Final = Parameter(
    name="path",
    description="A documented path of the Technitium API below /api/, such as zones/list.",
    where="path",
    required=True,
)
_FIELDS: Final[dict[str, Any]] = {"type": "object", "additionalProperties": True}
_BODY: Final = Body(
    shape=_FIELDS,
    media_types=("application/x-www-form-urlencoded",),
    required=False,
)
_ENVELOPE: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {"status": {"const": "ok"}},
    "required": ["status"],
    "additionalProperties": True,
}
_CALL_PROBLEMS: Final = (
    "path_unknown",
    "path_not_forwarded",
    "method_not_allowed",
    "masked_value",
    "invalid_request",
    "request_too_large",
    "unsupported_media_type",
)
_DESCRIPTION: Final = (
    "The answer is the node's own JSON, less tokens and with secrets masked, or a file. Parameters "
    "are those of the path, in the query or as a form; files as a form with files, and "
    "settings/set takes JSON. What changes something wants POST."
)


def _one(method: str, path: str, summary: str, problems: tuple[str, ...]) -> Operation:
    return Operation(
        method=method,
        path=path,
        summary=summary,
        description=_DESCRIPTION,
        tag=TAG,
        parameters=(_PATH,),
        body=_BODY if method == "POST" else None,
        answers=(
            Answer(description="What the node said.", shape=_ENVELOPE),
            Answer(description="A file, as text.", media_type="text/plain"),
            Answer(description="A file, as a table.", media_type="text/csv"),
        ),
        problems=(*NODE_PROBLEMS, *_CALL_PROBLEMS, *problems),
    )


def _all(method: str) -> Operation:
    return Operation(
        method=method,
        path="/api/nodes/all/technitium/{path:path}",
        summary="One call to every node",
        description="One result for each node, in the order of the settings. A change is passed "
        "on only where it is each node's own; a download never.",
        tag=TAG,
        parameters=(_PATH,),
        body=_BODY if method == "POST" else None,
        answers=(Answer(description="What each node said.", shape=list[NodeResult]),),
        problems=(*_CALL_PROBLEMS, "path_not_for_all"),
    )


OPERATIONS: Final = (
    _all("GET"),
    _all("POST"),
    _one("GET", "/api/nodes/{node_id}/technitium/{path:path}", "Read from one node", ()),
    _one("POST", "/api/nodes/{node_id}/technitium/{path:path}", "One call to one node", ()),
    _one(
        "GET",
        "/api/primary/technitium/{path:path}",
        "Read from the Primary",
        ("primary_unavailable", "primary_ambiguous"),
    ),
    _one(
        "POST",
        "/api/primary/technitium/{path:path}",
        "One call to the Primary",
        ("primary_unavailable", "primary_ambiguous"),
    ),
)
