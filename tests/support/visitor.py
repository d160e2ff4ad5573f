"""A client as it comes from the network: it asks for a host name, and has an address of its own.

All connections end at this machine. Traefik of the tests takes the client's address from a line
of the PROXY protocol, so a client may have any, as if a balancer stood in between.
"""

import ssl
from collections.abc import Iterable
from typing import Any

import httpcore
import httpx

SERVER = "127.0.0.1"


def proxy_line(address: str) -> bytes:
    """The line that tells the client's address; it comes before everything else."""
    family = "TCP6 {} ::1" if ":" in address else "TCP4 {} 127.0.0.1"
    return f"PROXY {family.format(address)} 50000 443\r\n".encode()


class _FromAfar(httpcore.SyncBackend):
    """Connects to this machine, whatever the name, in the name of a client."""

    def __init__(self, address: str) -> None:
        self._line = proxy_line(address)

    def connect_tcp(
        self,
        host: str,  # noqa: ARG002 - every name is this machine's
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        stream = super().connect_tcp(SERVER, port, timeout, local_address, socket_options)
        stream.write(self._line)
        return stream


class Visit(httpx.HTTPTransport):
    """The way of one client to Traefik."""

    def __init__(self, *, tls: ssl.SSLContext, address: str) -> None:
        super().__init__(verify=tls, trust_env=False)
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls, max_connections=100, network_backend=_FromAfar(address)
        )
