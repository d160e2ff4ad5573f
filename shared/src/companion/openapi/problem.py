"""Problem documents in an OpenAPI document: their schema, and the answers for a set of codes."""

from collections.abc import Iterable
from typing import Any, Final

from companion.asgi.problems import MEDIA_TYPE
from companion.problems import TABLE

Json = dict[str, Any]

_TEXT: Final = {"type": "string"}

PROBLEM_SCHEMA: Final[Json] = {
    "type": "object",
    "title": "Problem",
    "description": "An error (RFC 9457). Decide by `code`; texts may change.",
    "properties": {
        "type": _TEXT,
        "title": _TEXT,
        "status": {"type": "integer"},
        "detail": _TEXT,
        "instance": _TEXT,
        "code": _TEXT,
        "requestId": _TEXT,
        "message": _TEXT,
        "statusCode": {"type": "integer"},
        "error": _TEXT,
        "nodeId": _TEXT,
        "section": _TEXT,
        "permission": _TEXT,
    },
    "required": [
        *("type", "title", "status", "detail", "instance", "code", "requestId"),
        *("message", "statusCode", "error"),
    ],
}


def problem_answers(codes: Iterable[str]) -> dict[str, Json]:
    """One answer for each status that these codes have, naming the codes.

    Raises:
        KeyError: A code is not in the table of problems.
    """
    by_status: dict[int, list[str]] = {}
    for code in dict.fromkeys(codes):
        by_status.setdefault(TABLE[code][0], []).append(code)
    return {str(status): _answer(found) for status, found in sorted(by_status.items())}


def _answer(codes: list[str]) -> Json:
    schema = {
        "allOf": [
            {"$ref": "#/components/schemas/Problem"},
            {"properties": {"code": {"enum": codes}}},
        ]
    }
    return {
        "description": "; ".join(f"{TABLE[code][1]} (`{code}`)" for code in codes),
        "content": {MEDIA_TYPE: {"schema": schema}},
    }
