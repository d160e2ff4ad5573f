"""Writes a typed answer as JSON."""

from collections.abc import Sequence

import msgspec
from starlette.responses import Response

_encoder = msgspec.json.Encoder()


def json_answer(content: msgspec.Struct | Sequence[msgspec.Struct] | dict[str, object]) -> Response:
    """A 200 with this content."""
    return Response(_encoder.encode(content), media_type="application/json")
