"""A request to another application, as the proxy in front of it describes it to us.

Only what a trusted proxy says arrives here; what is missing was said by nobody who is believed.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from companion.asgi.origin import DEFAULT_PORTS, RequestOrigin
from companion.asgi.unsafe import SAFE_METHODS
from companion.sessions.cookie import COOKIE

_METHOD = re.compile(r"[A-Z]{1,32}")
_NAME = re.compile(r"[\x21-\x7e]{1,255}")
_PORT = re.compile(r"[1-9][0-9]{0,4}")
# What some proxies call the scheme of a WebSocket.
_WEBSOCKETS: Final = frozenset({"ws", "wss"})

# What is read of a request, besides its effective origin.
READ: Final = (
    *("x-forwarded-method", "x-forwarded-host", "x-forwarded-port"),
    "sec-websocket-key",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherRequest:
    """What is asked of the other application: how, and at which origin."""

    method: str
    origin: RequestOrigin
    is_websocket: bool

    @property
    def may_change(self) -> bool:
        """Whether it can do more than read; any page may open a WebSocket, and write to it."""
        return self.is_websocket or self.method not in SAFE_METHODS


def other_request(
    headers: Mapping[str, Sequence[str]], origin: RequestOrigin
) -> OtherRequest | None:
    """Read what the proxy says; None if it did not say all of it, or nothing that can be read.

    `headers` has the values of those in `READ`. `origin` is the effective one, which for a
    trusted proxy is the other application's; a port that it names beside the host is part of it.
    """
    method, port = _only(headers["x-forwarded-method"]), _last(headers["x-forwarded-port"])
    scheme, host = origin.forwarded_proto, origin.host
    if scheme is None or not any(headers["x-forwarded-host"]) or not host:
        return None
    # With a port that cannot be read, our own address could look like another one.
    if _METHOD.fullmatch(method) is None or (port and _PORT.fullmatch(port) is None):
        return None
    return OtherRequest(
        method=method,
        origin=_with_port(origin, port),
        is_websocket=bool(headers["sec-websocket-key"]) or scheme.lower() in _WEBSOCKETS,
    )


def other_cookies(cookie_headers: list[str]) -> str:
    """The caller's cookies without ours, as one header; empty when there is no other."""
    pairs = [pair.strip(" \t") for header in cookie_headers for pair in header.split(";")]
    return "; ".join(pair for pair in pairs if pair and pair.partition("=")[0].strip() != COOKIE)


def can_be_header(name: str) -> bool:
    """Whether a user name can be told in a header as it is."""
    return _NAME.fullmatch(name) is not None


def _only(values: Sequence[str]) -> str:
    return values[0] if len(values) == 1 else ""


def _last(values: Sequence[str]) -> str:
    """The word of the proxy nearest to us, as everywhere for hosts and schemes."""
    return ",".join(values).rpartition(",")[2].strip()


def _with_port(origin: RequestOrigin, port: str) -> RequestOrigin:
    has_port = origin.host.rpartition(":")[2].isdigit() and not origin.host.endswith("]")
    if has_port or not port or f":{port}" == DEFAULT_PORTS[origin.scheme]:
        return origin
    return RequestOrigin(
        scheme=origin.scheme,
        host=f"{origin.host}:{port}",
        client_ip=origin.client_ip,
        forwarded_proto=origin.forwarded_proto,
        peer_trusted=origin.peer_trusted,
    )
