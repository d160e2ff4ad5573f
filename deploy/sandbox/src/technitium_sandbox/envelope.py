"""How answers look on the wire: JSON as .NET escapes it, and the header sets of a node.

Successes carry a Content-Length, errors are streamed without one.
"""

import gzip
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import msgspec

from technitium_sandbox.errors import ApiError

_JSON = (b"content-type", b"application/json; charset=utf-8")
Headers = tuple[tuple[bytes, bytes], ...]

_FRESH: Headers = (
    (b"cache-control", b"no-cache, no-store, must-revalidate"),
    (b"pragma", b"no-cache"),
    (b"expires", b"0"),
)
_VARY = (b"vary", b"Accept-Encoding")
_SUCCESS: Headers = (_JSON, *_FRESH, _VARY)
_ERROR: Headers = (
    _JSON,
    (b"cache-control", b"no-cache,no-store"),
    (b"pragma", b"no-cache"),
    (b"expires", b"-1"),
    _VARY,
)
_ESCAPED = re.compile(r"\\\\|\\\"|[^\x20-\x7e]|['<>&+`]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One HTTP answer; without `has_length` it is sent in chunks."""

    status: int
    headers: Headers
    body: bytes
    has_length: bool = True


def encode(value: object) -> bytes:
    r"""JSON with `'`, `"`, `<`, `>`, `&`, `+`, a backtick and all non-ASCII as `\uXXXX`."""
    return _ESCAPED.sub(_escape, msgspec.json.encode(value).decode()).encode()


def success(fields: Mapping[str, object], server: str, *, wrapped: bool) -> Answer:
    """The fields under `response`, or beside `server` for the few calls that are flat."""
    if wrapped:
        return json_answer({"response": fields, "server": server, "status": "ok"})
    return json_answer({**fields, "server": server, "status": "ok"})


def json_answer(value: object) -> Answer:
    return Answer(status=200, headers=_SUCCESS, body=encode(value))


def failure(error: ApiError, server: str) -> Answer:
    """The error envelope: HTTP 200 all the same, streamed, with other cache headers."""
    value = {"server": server, "status": error.status, "errorMessage": error.message}
    if error.inner is not None:
        value["innerErrorMessage"] = error.inner
    return Answer(status=200, headers=_ERROR, body=encode(value), has_length=False)


def not_found() -> Answer:
    return Answer(status=404, headers=_FRESH, body=b"")


def bare(status: int) -> Answer:
    """An answer of the HTTP server itself: a status and nothing else."""
    return Answer(status=status, headers=(), body=b"")


def text_answer(body: bytes, content_type: bytes) -> Answer:
    return Answer(status=200, headers=((b"content-type", content_type), *_FRESH, _VARY), body=body)


def forwarded(answer: Answer) -> Answer:
    """The answer of another node as the node that was asked passes it on.

    The other node's HTTP status is not copied: its 404 arrives as an empty 200.
    """
    if answer.status != 200 and not answer.body:  # noqa: PLR2004 - the plain HTTP status
        return Answer(status=200, headers=_recached(_FRESH), body=b"")
    return replace(answer, headers=_recached(answer.headers), has_length=False)


def compressed(answer: Answer) -> Answer:
    """The same answer as gzip, without Content-Length, as a node answers who accepts it."""
    if not answer.body or _VARY not in answer.headers:
        return answer
    headers = (*answer.headers, (b"content-encoding", b"gzip"))
    body = gzip.compress(answer.body, compresslevel=1)
    return replace(answer, headers=headers, body=body, has_length=False)


def _recached(headers: Headers) -> Headers:
    """Cache headers in the order that the node-to-node client writes them."""
    orders = {
        b"no-cache, no-store, must-revalidate": b"no-store, must-revalidate, no-cache",
        b"no-cache,no-store": b"no-store, no-cache",
    }
    return tuple((name, orders.get(value, value)) for name, value in headers)


def _escape(match: re.Match[str]) -> str:
    text = match[0]
    if text == "\\\\":
        return text
    if text == '\\"':
        return "\\u0022"
    units = text.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i]:02X}{units[i + 1]:02X}" for i in range(0, len(units), 2))
