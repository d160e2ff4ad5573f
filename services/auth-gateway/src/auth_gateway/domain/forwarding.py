"""Which headers pass the door, in both directions.

Hop-by-hop headers belong to one connection. What tells a service where a request came from is
written here anew, whatever a client or a proxy wrote; a spelling with underscores counts as the
one with dashes, since some servers read both as the same.
"""

from collections.abc import Iterable
from typing import Final

from companion.asgi.origin import RequestOrigin

Header = tuple[bytes, bytes]

_HOP_BY_HOP: Final = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    }
)
_WRITTEN_BY_US: Final = frozenset(
    {b"host", b"content-length", b"expect", b"forwarded", b"x-real-ip", b"x-request-id"}
)
_WRITTEN_BY_US_PREFIXES: Final = (b"x-forwarded-", b"x-companion-identity-")


def request_headers(
    inbound: Iterable[Header], origin: RequestOrigin, *, request_id: str
) -> list[Header]:
    """What a service behind the door is sent; framing and Host are the client library's.

    Services take the id of the request from the door, so that both tell of it by one name.
    """
    headers = list(inbound)
    dropped = _HOP_BY_HOP | _named_by_connection(headers)
    kept = [header for header in headers if _passes(header[0], dropped)]
    kept += [
        (b"x-forwarded-for", origin.client_ip.encode("latin-1")),
        (b"x-forwarded-proto", origin.scheme.encode("latin-1")),
        (b"x-forwarded-host", origin.host.encode("latin-1")),
        (b"x-request-id", request_id.encode("latin-1")),
    ]
    return kept


def response_headers(outbound: Iterable[Header]) -> list[Header]:
    """What the client is sent of a service's answer; its length is kept, since its bytes are.

    The id of the request is written by the door for every answer of its own.
    """
    headers = [(name.lower(), value) for name, value in outbound]
    dropped = _HOP_BY_HOP | _named_by_connection(headers) | {b"x-request-id", b"server", b"date"}
    return [header for header in headers if header[0] not in dropped]


def content_length(headers: Iterable[Header]) -> int | None:
    """The length that was announced; None when there is none that can be read."""
    for name, value in headers:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return None


def has_body(headers: Iterable[Header]) -> bool:
    """Whether a request announces a body, by its length or by chunks."""
    return any(
        name == b"transfer-encoding" or (name == b"content-length" and value != b"0")
        for name, value in headers
    )


def _passes(name: bytes, dropped: frozenset[bytes]) -> bool:
    dashed = name.replace(b"_", b"-")
    return (
        dashed not in dropped
        and dashed not in _WRITTEN_BY_US
        and not dashed.startswith(_WRITTEN_BY_US_PREFIXES)
    )


def _named_by_connection(headers: Iterable[Header]) -> frozenset[bytes]:
    return frozenset(
        token.strip().lower()
        for name, value in headers
        if name == b"connection"
        for token in value.split(b",")
        if token.strip()
    )
