"""Serves a document that is written once and named by its content."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import msgspec
from starlette.requests import Request
from starlette.responses import Response

NOT_MODIFIED = 304


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A document as it is sent, and the entity tag of these bytes, quotes included."""

    content: bytes
    tag: str

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        content = msgspec.json.encode(document)
        return cls(content=content, tag=f'"{hashlib.sha256(content).hexdigest()[:32]}"')


def written_response(request: Request[Any], written: Written) -> Response:
    """The document; 304 for whoever says that this very one is there already."""
    headers = {"ETag": written.tag}
    known = request.headers.get("if-none-match", "")
    if written.tag in {tag.strip().removeprefix("W/") for tag in known.split(",")}:
        return Response(status_code=NOT_MODIFIED, headers=headers)
    return Response(written.content, media_type="application/json", headers=headers)
