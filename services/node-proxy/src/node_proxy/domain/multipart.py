"""Reads a form with files, strictly: what two programs could read in two ways is refused.

The parts are written again for the node, so nothing of the original's framing reaches it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from companion.problems import Problem

MOST_PARTS: Final = 256
_MOST_HEAD_BYTES: Final = 4096
_BOUNDARY = re.compile(
    r";\s*boundary=(?:\"([A-Za-z0-9'()+_,./:=? -]{1,70})\"|([A-Za-z0-9'+_.-]{1,70}))\s*(?:;|$)",
    re.IGNORECASE,
)
_DISPOSITION = re.compile(r"content-disposition:\s*form-data(.*)$", re.IGNORECASE)
_PARAMETER = re.compile(r'\s*;\s*([a-z*]+)=(?:"((?:[^"\\\r\n]|\\.)*)"|([^\s;"]+))', re.IGNORECASE)
_TYPE = re.compile(r"content-type:\s*([a-z0-9.+-]+/[a-z0-9.+-]+)\s*(?:;.*)?$", re.IGNORECASE)
_ANY_TYPE: Final = "application/octet-stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One field, or one file where there is a `filename`."""

    name: str
    filename: str | None
    content_type: str
    content: bytes


def read_multipart(content_type: str, body: bytes) -> list[Part]:
    """The parts in the order sent.

    Raises:
        Problem: `invalid_request`; the text says what is wrong.
    """
    found = _BOUNDARY.search(content_type)
    if found is None:
        raise Problem("invalid_request", "The form has no usable boundary.")
    line = b"--" + (found[1] or found[2]).encode()
    return [_part(piece) for piece in _pieces(body, line)]


def _pieces(body: bytes, line: bytes) -> Iterator[bytes]:
    """What stands between two boundaries, head and content."""
    if not body.startswith(line + b"\r\n"):
        if body.rstrip(b"\r\n") == line + b"--":
            return
        raise _malformed("it does not begin with its boundary")
    at, count = len(line) + 2, 0
    while True:
        end = body.find(b"\r\n" + line, at - 2)
        if end < 0:
            raise _malformed("it does not end with its boundary")
        count += 1
        if count > MOST_PARTS:
            raise _malformed(f"it has more than {MOST_PARTS} parts")
        yield body[at:end]
        at = end + 2 + len(line) + 2
        if body[at - 2 : at] == b"--":
            return
        if body[at - 2 : at] != b"\r\n":
            raise _malformed("a boundary stands inside a part")


def _part(piece: bytes) -> Part:
    head, separator, content = piece.partition(b"\r\n\r\n")
    if not separator or len(head) > _MOST_HEAD_BYTES:
        raise _malformed("a part has no head, or a very long one")
    lines = head.decode("utf-8", "replace").split("\r\n")
    dispositions = [match for line in lines if (match := _DISPOSITION.match(line))]
    if len(dispositions) != 1:
        raise _malformed("a part has not exactly one Content-Disposition")
    parameters = _parameters(dispositions[0][1])
    name = parameters.get("name")
    if name is None or "\\" in name:
        # Behind a backslash a quote ends the name for some, and is part of it for others.
        raise _malformed("a part has no name, or one with a backslash")
    types = [match[1].lower() for line in lines if (match := _TYPE.match(line))]
    return Part(
        name=name,
        filename=parameters.get("filename"),
        content_type=types[0] if types else _ANY_TYPE,
        content=content,
    )


def _parameters(text: str) -> dict[str, str]:
    """Each once; anything that is no parameter makes the whole unreadable."""
    found: dict[str, str] = {}
    at = 0
    while at < len(text.rstrip()):
        match = _PARAMETER.match(text, at)
        if match is None or match[1].lower() in found:
            raise _malformed("a Content-Disposition cannot be read")
        quoted, plain = match[2], match[3]
        found[match[1].lower()] = plain if quoted is None else _unquoted(quoted)
        at = match.end()
    return found


def _unquoted(text: str) -> str:
    """Browsers write a quote as %22 and leave backslashes alone; others escape with them."""
    return re.sub(r'\\(["\\])', r"\1", text).replace("%22", '"')


def _malformed(what: str) -> Problem:
    return Problem("invalid_request", f"The form with files is malformed: {what}.")
