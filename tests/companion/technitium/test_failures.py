"""Every exception beneath has a meaning of its own here."""

import errno
import inspect

import aiohttp
import httpx
import pytest
from aiohttp import client_exceptions
from companion.nodes import NodeConfig
from companion.technitium.errors import NodeError, NodeGarbled, NodeTimeout, NodeUnreachable
from companion.technitium.failures import translated

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
def test_every_error_of_aiohttp_becomes_one_kind_whatever_httpx_calls_it(
    kind: type[aiohttp.ClientError],
) -> None:
    cause = kind.__new__(kind)
    wrapped = httpx.ConnectTimeout("")
    wrapped.__cause__ = cause

    error = translated(wrapped, CONFIG, "zones/list")

    assert type(error) is _expected(kind)
    assert error.message == translated(cause, CONFIG, "zones/list").message
    assert (error.node_id, error.path) == ("ns1", "zones/list")


def _expected(kind: type[aiohttp.ClientError]) -> type[NodeError]:
    """Timeouts after connecting are timeouts, lost connections unreachable, the rest garbled."""
    if issubclass(kind, aiohttp.ServerTimeoutError):
        connecting = issubclass(kind, aiohttp.ConnectionTimeoutError)
        return NodeUnreachable if connecting else NodeTimeout
    return NodeUnreachable if issubclass(kind, aiohttp.ClientConnectionError) else NodeGarbled


@pytest.mark.parametrize(
    ("exc", "error"),
    [
        (httpx.DecodingError("bad gzip"), NodeGarbled),
        (httpx.RemoteProtocolError("bad location"), NodeGarbled),
        (TimeoutError(), NodeTimeout),
        (OSError(errno.EHOSTUNREACH, "No route to host"), NodeUnreachable),
        (OSError(errno.EMFILE, "Too many open files"), NodeUnreachable),
    ],
)
def test_errors_of_others_are_told_apart(exc: Exception, error: type[NodeError]) -> None:
    assert type(translated(exc, CONFIG, "zones/list")) is error
