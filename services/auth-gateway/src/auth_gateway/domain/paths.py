"""Which request targets are taken at all: none that two programs could read in two ways.

A gateway and the service behind it must agree on what a path means, or a check made on one
reading is passed by the other.
"""

from typing import Final
from urllib.parse import unquote_to_bytes

_HEX: Final = frozenset(b"0123456789abcdefABCDEF")
_DOTS: Final = frozenset({b".", b".."})
# Slashes of both kinds, what parts a URL, and what would end a line.
_NEVER_DECODED: Final = b"/\\\r\n\0"


def path_problem(raw_path: bytes, query: bytes) -> str | None:
    """Say what is wrong with a request target as it was sent; None when it may be used."""
    if not raw_path.startswith(b"/") or not _is_visible_ascii(raw_path):
        return "The path must begin with a slash and hold visible ASCII alone."
    if not _is_visible_ascii(query) or b"#" in raw_path + query:
        return "The query must hold visible ASCII alone, without #."
    if b"\\" in raw_path or b"//" in raw_path:
        return "The path must hold neither a backslash nor two slashes in a row."
    if any(_is_ambiguous(segment) for segment in raw_path.split(b"/")):
        return "The path must hold no dot segments and no encoded slashes or control characters."
    return None


def _is_ambiguous(segment: bytes) -> bool:
    if b"%" not in segment:
        return segment in _DOTS
    if not _is_well_encoded(segment):
        return True
    decoded = unquote_to_bytes(segment)
    return decoded in _DOTS or any(byte in _NEVER_DECODED for byte in decoded)


def _is_well_encoded(segment: bytes) -> bool:
    """Whether two hexadecimal digits follow every percent sign."""
    return all(
        len(part) >= 2 and part[0] in _HEX and part[1] in _HEX  # noqa: PLR2004 - two digits
        for part in segment.split(b"%")[1:]
    )


def _is_visible_ascii(text: bytes) -> bool:
    return all(0x21 <= byte <= 0x7E for byte in text)  # noqa: PLR2004 - the range of ASCII's table
