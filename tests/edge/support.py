"""What several of these tests need: sockets below HTTP clients, and forms that hold everywhere."""

import socket
import ssl
from collections.abc import Iterable
from http.client import HTTPResponse
from typing import Any

import httpx

from tests.support.edge import HOST, Edge
from tests.support.visitor import SERVER, proxy_line

Header = tuple[str, str]


def raw(edge: Edge, head: bytes, *, address: str | None = None) -> tuple[int, bytes]:
    """Status and body of what is answered to these very bytes, sent over TLS."""
    with socket.create_connection((SERVER, edge.traefik.secure_port), timeout=10) as plain:
        plain.sendall(proxy_line(address or edge.address()))
        with edge.tls.wrap_socket(plain, server_hostname=HOST) as secure:
            secure.sendall(head)
            answer = HTTPResponse(secure)
            answer.begin()
            return answer.status, answer.read()


def problem_of(answer: httpx.Response) -> dict[str, Any]:
    """The document of an error; fails the test where it is none, or lacks a member."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    document: dict[str, Any] = answer.json()
    assert document["status"] == document["statusCode"] == answer.status_code
    assert document["type"].endswith(document["code"])
    assert document["requestId"] == answer.headers["x-request-id"]
    for member in ("title", "detail", "instance", "message", "error"):
        assert isinstance(document[member], str), member
    for word in ("stackTrace", "innerErrorMessage", "Traceback"):
        assert word not in answer.text
    return document


def shown(answers: Iterable[httpx.Response]) -> bytes:
    """Every byte of these answers that a browser gets, but for the cookie that one sets."""
    return b"\n".join(
        part
        for answer in answers
        for part in (
            *(b": ".join(line) for line in answer.headers.raw if line[0].lower() != b"set-cookie"),
            answer.content,
        )
    )


def handshake(edge: Edge, version: ssl.TLSVersion, *, name: str = HOST) -> str | None:
    """The version agreed on with a client that has this one only, and believes anything.

    None when the server refused.
    """
    context = edge.new_tls()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    # What the library's own rules forbid is offered all the same: the server has to refuse it.
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = version
    with socket.create_connection((SERVER, edge.traefik.secure_port), timeout=10) as plain:
        try:
            with context.wrap_socket(plain, server_hostname=name) as secure:
                return secure.version()
        except (ssl.SSLError, ConnectionError):
            return None
