"""Serves the pages from memory.

Browsers ask each time whether a file is still the same, which costs them one empty answer, so that
a new version is whole at once.
"""

from collections.abc import Mapping
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from auth_gateway.domain.web_files import WebFile, accepts_gzip, is_current
from auth_gateway.routes.state import State

_REVALIDATE: Final = "no-cache"
# For addresses that name their content: `?v=` with the beginning of its tag.
_IMMUTABLE: Final = "public, max-age=31536000, immutable"
_SHORTEST_VERSION: Final = 8


class Pages:
    """The endpoint for every path that no other route has."""

    def __init__(self, files: Mapping[str, WebFile]) -> None:
        self._files = files

    async def page(self, request: Request[State]) -> Response:
        """One file; 404 where there is none."""
        file = self._files.get(request.url.path)
        if file is None:
            raise HTTPException(status_code=404)
        headers = {
            "ETag": f'"{file.tag}"',
            "Cache-Control": _cache_control(file, request.query_params.get("v", "")),
            "Vary": "Accept-Encoding",
        }
        if is_current(request.headers.get("if-none-match", ""), file.tag):
            return Response(status_code=304, headers=headers)
        content = file.content
        if file.compressed and accepts_gzip(request.headers.get("accept-encoding", "")):
            content = file.compressed
            headers["Content-Encoding"] = "gzip"
        return Response(content, media_type=file.media_type, headers=headers)


def _cache_control(file: WebFile, version: str) -> str:
    is_versioned = len(version) >= _SHORTEST_VERSION and file.tag.startswith(version)
    return _IMMUTABLE if is_versioned and "html" not in file.media_type else _REVALIDATE
