"""How answers look on the wire: JSON as .NET escapes it, and the header sets of a node.

Successes carry a Content-Length, errors are streamed without one.
"""

import gzip
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import msgspec

from technitium_sandbox.calls.errors import ApiError
from technitium_sandbox.versions import V15_2, Version

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
# Where .NET would tell of its own code, which is nobody's business here.
_STACK_TRACE = "   at DnsServerCore.DnsWebService.ProcessRequest(HttpContext context)"
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


def success(
    fields: Mapping[str, object], server: str, *, wrapped: bool, version: Version = V15_2
) -> Answer:
    """The fields under `response`, or beside `server` for the few calls that are flat."""
    names = {"server": server} if version.names_server else {}
    if wrapped:
        return json_answer({"response": fields, **names, "status": "ok"})
    return json_answer({**fields, **names, "status": "ok"})


def json_answer(value: object) -> Answer:
    return Answer(status=200, headers=_SUCCESS, body=encode(value))


def failure(error: ApiError, server: str, version: Version = V15_2) -> Answer:
    """The error envelope: HTTP 200 all the same, streamed, with other cache headers."""
    value = {"server": server} if version.names_server else {}
    value |= {"status": error.status, "errorMessage": error.message}
    if version.shows_stack_trace and error.status == ApiError.status:
        value["stackTrace"] = _STACK_TRACE
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


def download(body: bytes, filename: str, content_type: bytes = b"text/plain") -> Answer:
    """A file to be saved; it is streamed, and may be kept by caches."""
    disposition = f"attachment;filename={filename}".encode()
    headers = ((b"content-type", content_type), (b"content-disposition", disposition), _VARY)
    return Answer(status=200, headers=headers, body=body, has_length=False)


def forwarded(answer: Answer) -> Answer:
    """The answer of another node as the node that was asked passes it on.

    The other node's HTTP status is not copied: its 404 arrives as an empty 200.
    """
    if answer.status != 200 and not answer.body:  # noqa: PLR2004 - the plain HTTP status
        return Answer(status=200, headers=_recached(_FRESH), body=b"")
    return replace(answer, headers=_recached(answer.headers), has_length=False)


def without_cache_headers(answer: Answer) -> Answer:
    """The same answer as a release that sends neither `Vary` nor, on a success, cache headers."""
    dropped = {_VARY, *(_FRESH if _FRESH[0] in answer.headers else ())}
    return replace(answer, headers=tuple(one for one in answer.headers if one not in dropped))


def allowing(answer: Answer, methods: Iterable[str]) -> Answer:
    """The same answer with the methods that the path would take."""
    allow = (b"allow", ", ".join(methods).encode())
    return replace(answer, headers=(*answer.headers, allow))


def compressed(answer: Answer) -> Answer:
    """The same answer as gzip, without Content-Length, as a node answers who accepts it."""
    if not answer.body or _VARY not in answer.headers:
        return answer
    headers = (*answer.headers, (b"content-encoding", b"gzip"))
    body = gzip.compress(answer.body, compresslevel=1)
    return replace(answer, headers=headers, body=body, has_length=False)


def _recached(headers: Headers) -> Headers:
    """Headers in the order and spacing that the node-to-node client writes them."""
    orders = {
        b"no-cache, no-store, must-revalidate": b"no-store, must-revalidate, no-cache",
        b"no-cache,no-store": b"no-store, no-cache",
    }
    return tuple(
        (name, orders.get(value, value).replace(b"attachment;filename", b"attachment; filename"))
        for name, value in headers
    )


def _escape(match: re.Match[str]) -> str:
    text = match[0]
    if text == "\\\\":
        return text
    if text == '\\"':
        return "\\u0022"
    units = text.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i]:02X}{units[i + 1]:02X}" for i in range(0, len(units), 2))
