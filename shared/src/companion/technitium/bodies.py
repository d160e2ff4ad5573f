"""What is sent with a forwarded call: a form, a form with files, or JSON, written anew.

What somebody sent is read and written again, never passed on as it came, so that no two programs
can read it in two ways. The token goes in where that version of the node looks for it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final
from urllib.parse import urlencode

from companion.secret import Secret
from companion.technitium.versions import Version, sends_bearer

FORM_TYPE: Final = "application/x-www-form-urlencoded"
# A body is never empty: a node that forwards the call to another needs something to forward.
BLANK_FORM: Final = b"_="

Fields = tuple[tuple[str, str], ...]

_ESCAPES = {'"': "%22", "\r": "%0D", "\n": "%0A"}


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file of a form."""

    field: str
    filename: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """Fields, and perhaps files; `query` are fields that travel in the address, never secrets."""

    fields: Fields = ()
    files: tuple[File, ...] = ()
    query: Fields = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Json:
    """One JSON object. Only versions that take the token in a header can be sent one."""

    content: bytes


Body = Form | Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """A body as it goes over the wire."""

    content: bytes
    headers: dict[str, str]
    query: Fields = ()


def encoded(body: Body, token: Secret, version: Version | None) -> Encoded:
    """Write a body with the token.

    Raises:
        ValueError: JSON for a version that would want the token in the address.
    """
    bearer = sends_bearer(version)
    headers = {"Authorization": f"Bearer {token.reveal()}"} if bearer else {}
    if isinstance(body, Json):
        if not bearer:
            raise ValueError("No token travels beside JSON before version 15.")
        return Encoded(
            content=body.content, headers={**headers, "Content-Type": "application/json"}
        )
    fields = body.fields if bearer else (*body.fields, ("token", token.reveal()))
    if body.files:
        content, content_type = _multipart(fields, body.files)
    else:
        content, content_type = urlencode(fields, errors="replace").encode(), FORM_TYPE
    return Encoded(
        content=content or BLANK_FORM,
        headers={**headers, "Content-Type": content_type},
        query=body.query,
    )


def _multipart(fields: Fields, files: Iterable[File]) -> tuple[bytes, str]:
    """The parts, and the content type with a boundary that stands in none of them."""
    parts = [
        _part(f'name="{_quoted(name)}"', "", value.encode(errors="replace"))
        for name, value in fields
    ]
    parts += [
        _part(
            f'name="{_quoted(file.field)}"; filename="{_quoted(file.filename)}"',
            f"Content-Type: {file.content_type}\r\n",
            file.content,
        )
        for file in files
    ]
    boundary = _boundary(parts)
    line = b"--" + boundary.encode()
    content = b"".join(line + b"\r\n" + part for part in parts) + line + b"--\r\n"
    return content, f"multipart/form-data; boundary={boundary}"


def _part(disposition: str, headers: str, content: bytes) -> bytes:
    head = f"Content-Disposition: form-data; {disposition}\r\n{headers}\r\n"
    return head.encode(errors="replace") + content + b"\r\n"


def _boundary(parts: Iterable[bytes]) -> str:
    """A digest of everything cannot stand in it, but for those who break BLAKE2."""
    digest = blake2b(digest_size=24)
    for part in parts:
        digest.update(part)
    return digest.hexdigest()


def _quoted(name: str) -> str:
    """As browsers write names of fields and files."""
    return "".join(_ESCAPES.get(character, character) for character in name)
