"""Answers as JSON."""

from collections.abc import Mapping

import msgspec
from starlette.responses import Response


def json_response(
    body: object, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    return Response(
        msgspec.json.encode(body),
        status_code=status,
        media_type="application/json",
        headers=headers,
    )
