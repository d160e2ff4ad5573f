"""Every exception beneath has a meaning of its own here."""

import errno
import inspect
import zlib

import aiohttp
import pytest
from aiohttp import client_exceptions
from companion.nodes import NodeConfig
from companion.technitium.errors import (
    NodeError,
    NodeGarbled,
    NodeLost,
    NodeTimeout,
    NodeUnreachable,
)
from companion.technitium.failures import translated
from companion.technitium.gunzip import CutOff

CONFIG = NodeConfig(id="ns1", name="ns1", base_url="http://127.0.0.1:5380")

FOREIGN = sorted(
    (
        kind
        for _, kind in inspect.getmembers(client_exceptions, inspect.isclass)
        if issubclass(kind, aiohttp.ClientError)
    ),
    key=lambda kind: kind.__name__,
)


@pytest.mark.parametrize("kind", FOREIGN, ids=lambda kind: kind.__name__)
def test_every_error_of_aiohttp_becomes_one_kind(kind: type[aiohttp.ClientError]) -> None:
    error = translated(kind.__new__(kind), CONFIG, "zones/list")

    assert type(error) is _expected(kind)
    assert (error.node_id, error.path) == ("ns1", "zones/list")


_NOT_PINNED = aiohttp.ServerFingerprintMismatch


def _expected(kind: type[aiohttp.ClientError]) -> type[NodeError]:
    """By when it happened: while connecting, while waiting, between the two, else garbled."""
    if issubclass(kind, aiohttp.ServerTimeoutError):
        connecting = issubclass(kind, aiohttp.ConnectionTimeoutError)
        return NodeUnreachable if connecting else NodeTimeout
    if issubclass(kind, (aiohttp.ClientConnectorError, aiohttp.ClientSSLError, _NOT_PINNED)):
        return NodeUnreachable
    return NodeLost if issubclass(kind, aiohttp.ClientConnectionError) else NodeGarbled


@pytest.mark.parametrize(
    ("exc", "error"),
    [
        (zlib.error("bad gzip"), NodeGarbled),
        (CutOff(), NodeGarbled),
        (TimeoutError(), NodeTimeout),
        (OSError(errno.EHOSTUNREACH, "No route to host"), NodeUnreachable),
        (OSError(errno.EMFILE, "Too many open files"), NodeUnreachable),
        (ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"), NodeUnreachable),
        (ConnectionResetError(errno.ECONNRESET, "Connection reset by peer"), NodeLost),
        (BrokenPipeError(errno.EPIPE, "Broken pipe"), NodeLost),
    ],
)
def test_errors_of_others_are_told_apart(exc: Exception, error: type[NodeError]) -> None:
    assert type(translated(exc, CONFIG, "zones/list")) is error
