"""Foreign exceptions of a call, told apart by what really happened."""

import errno
from collections.abc import Callable

import aiohttp

from companion.nodes import NodeConfig
from companion.technitium.errors import (
    NodeError,
    NodeGarbled,
    NodeLost,
    NodeTimeout,
    NodeUnreachable,
)
from companion.technitium.gunzip import CutOff
from companion.technitium.text import readable
from companion.technitium.tls import fingerprint_text

_REASONS = {
    errno.ECONNREFUSED: "The node refuses connections: it is down, or listens elsewhere.",
    errno.EHOSTUNREACH: "There is no way to the node: its host does not answer.",
    errno.ENETUNREACH: "There is no way to the node's network.",
}


def is_stale_connection(exc: BaseException) -> bool:
    """Whether the node closed a connection before its answer began, as it does with idle ones."""
    if isinstance(exc, aiohttp.ServerConnectionError):
        return isinstance(exc, aiohttp.ServerDisconnectedError)
    lost = (aiohttp.ClientOSError, aiohttp.ClientConnectionResetError)
    return isinstance(exc, lost) and not isinstance(exc, aiohttp.ClientConnectorError)


def translated(exc: BaseException, config: NodeConfig, path: str) -> NodeError:
    """Make the `NodeError` that says what happened; the caller raises it from `exc`."""
    for kind, error, sentence in _TABLE:
        if isinstance(exc, kind):
            return error(config.id, sentence(exc, config), path=path)
    return NodeGarbled(
        config.id, "What answers at the node's address does not speak HTTP as it should.", path=path
    )


def _says(text: str) -> Callable[[BaseException, NodeConfig], str]:
    return lambda _exc, _config: text


def _untrusted(exc: BaseException, config: NodeConfig) -> str:
    reason = getattr(getattr(exc, "certificate_error", None), "verify_message", "")
    return (
        f"The node's certificate is not trusted ({readable(reason or 'verification failed')}). "
        f"Set {config.variable('TLS_PIN')} to its fingerprint, or {config.variable('CA_FILE')}."
    )


def _not_pinned(exc: BaseException, config: NodeConfig) -> str:
    got = getattr(exc, "got", b"")
    return (
        f"The node's certificate is another one than {config.variable('TLS_PIN')} says: its "
        f"fingerprint is {fingerprint_text(got)}. Nothing was sent."
    )


def _not_connected(exc: BaseException, _config: NodeConfig) -> str:
    number = getattr(exc, "errno", None)
    return _REASONS.get(number or 0, "The node cannot be reached.")


_LOST = "The node closed the connection before it answered."
_CUT = "The node's answer was cut off."

# The first row that fits decides, so a narrower type stands above its base.
_TABLE: tuple[
    tuple[type[BaseException], type[NodeError], Callable[[BaseException, NodeConfig], str]], ...
] = (
    (aiohttp.ServerFingerprintMismatch, NodeUnreachable, _not_pinned),
    (aiohttp.ClientConnectorCertificateError, NodeUnreachable, _untrusted),
    (
        aiohttp.ClientSSLError,
        NodeUnreachable,
        _says("No TLS connection to the node: it may speak plain HTTP on that port."),
    ),
    (
        aiohttp.ClientConnectorDNSError,
        NodeUnreachable,
        _says("The node's name cannot be resolved."),
    ),
    (
        aiohttp.ConnectionTimeoutError,
        NodeUnreachable,
        _says("No connection to the node in time: it is down, or its packets are dropped."),
    ),
    (aiohttp.ServerTimeoutError, NodeTimeout, _says("The node stopped answering.")),
    (aiohttp.ClientConnectorError, NodeUnreachable, _not_connected),
    (aiohttp.ClientPayloadError, NodeGarbled, _says(_CUT)),
    (CutOff, NodeGarbled, _says(_CUT)),
    # Whatever failed while connecting stands above: here the request was on its way.
    (aiohttp.ClientConnectionError, NodeLost, _says(_LOST)),
    (aiohttp.ClientError, NodeGarbled, _says("What answers at the node's address is not HTTP.")),
    (TimeoutError, NodeTimeout, _says("The node stopped answering.")),
    (ConnectionRefusedError, NodeUnreachable, _not_connected),
    (ConnectionError, NodeLost, _says(_LOST)),
    (OSError, NodeUnreachable, _not_connected),
)
