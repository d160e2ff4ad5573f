"""The files of the pages, ready to be sent: their types, their tags, their compressed forms."""

import gzip
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

# A file of another kind is not part of a page and is not served.
TYPES: Final[Mapping[str, str]] = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
}
# Below this a header costs more than compression saves.
_SMALLEST_COMPRESSED_BYTES: Final = 512
_ALREADY_COMPRESSED: Final = frozenset({".png", ".ico", ".woff2"})
_TAG_BYTES: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class WebFile:
    """One file; `tag` names its content, `compressed` is None where it would gain nothing."""

    media_type: str
    content: bytes
    compressed: bytes | None
    tag: str


def web_files(found: Iterable[tuple[PurePosixPath, bytes]]) -> dict[str, WebFile]:
    """Every file that is served, by its path; `/` is the page itself."""
    files = {
        f"/{path}": _web_file(path, content) for path, content in found if path.suffix in TYPES
    }
    if "/index.html" in files:
        files["/"] = files["/index.html"]
    return files


def accepts_gzip(accept_encoding: str) -> bool:
    """Whether a client takes gzip, by its Accept-Encoding."""
    for part in accept_encoding.lower().split(","):
        coding, _, weight = part.partition(";")
        if coding.strip() in ("gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def is_current(if_none_match: str, tag: str) -> bool:
    """Whether what a client has is what we would send."""
    known = {one.strip().removeprefix("W/").strip('"') for one in if_none_match.split(",")}
    return "*" in known or tag in known


def _web_file(path: PurePosixPath, content: bytes) -> WebFile:
    compressed = None
    if path.suffix not in _ALREADY_COMPRESSED and len(content) >= _SMALLEST_COMPRESSED_BYTES:
        compressed = gzip.compress(content, compresslevel=9, mtime=0)
    return WebFile(
        media_type=TYPES[path.suffix],
        content=content,
        compressed=compressed,
        tag=hashlib.sha256(content).hexdigest()[: 2 * _TAG_BYTES],
    )
