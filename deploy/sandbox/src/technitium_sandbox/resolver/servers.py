"""Which server a text of the DNS client means, and what asking it is like from a node."""

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from technitium_sandbox.calls.errors import ApiError, NoReply
from technitium_sandbox.dashboard.statistics import Source
from technitium_sandbox.dns import domain_names
from technitium_sandbox.resolver.authority import name_of_address
from technitium_sandbox.resolver.replies import Question, Reply
from technitium_sandbox.resolver.resolution import LOOPBACK
from technitium_sandbox.resolver.world import world
from technitium_sandbox.wire import is_loopback

if TYPE_CHECKING:
    from technitium_sandbox.node import Node

_OWN_PROTOCOLS = ("Udp", "Tcp")
_NOT_TO_ITSELF = {
    "Tls": "DNS-over-TLS protocol for 'this-server'. Please use the TLS certificate domain name",
    "Https": "DNS-over-HTTPS protocol for 'this-server'. Please use the TLS certificate domain"
    " name with a url",
    "Quic": "DNS-over-QUIC protocol for 'this-server'. Please use the TLS certificate domain name",
}
_URL = re.compile(r"[a-z0-9]+://(\[[^\]]*\]|[^/:]*)(:[^/]*)?(/.*)?", re.IGNORECASE)
_WITH_PORT = re.compile(r"(\[[^\]]*\]|[^:]*):([^:]*)")
_WITH_ADDRESS = re.compile(r"(.*) \(([^()]*)\)")
_MAX_PORT = 65_535


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """`name` is how the client shows it; `is_resolver` asks every server on the way itself."""

    name: str
    protocol: str
    ask: Callable[[Question], Reply]
    is_resolver: bool = False


def find(node: "Node", text: str, protocol: str, question: Question) -> Server:
    """The server that the caller means.

    Raises:
        ApiError: The text means none, or none that can be asked so.
    """
    match text.lower():
        case "this-server":
            return _itself(node, protocol)
        case "recursive-resolver":
            if question.type == "AXFR":
                raise ApiError("Cannot do zone transfer (AXFR) for 'recursive-resolver'.")
            name = "a.root-servers.net (198.41.0.4)"
            return Server(name=name, protocol="Udp", ask=_of_the_world, is_resolver=True)
        case "system-dns":
            return Server(name="9.9.9.9", protocol="Udp", ask=_of_the_world)
    return _other(node, text, protocol)


def _itself(node: "Node", protocol: str) -> Server:
    if protocol not in _OWN_PROTOCOLS:
        raise ApiError(f"Cannot use {_NOT_TO_ITSELF[protocol]} as the server.")
    return Server(
        name=f"{node.domain} ({LOOPBACK})",
        protocol=protocol,
        ask=lambda question: node.answering.answered(question, client=LOOPBACK, protocol=protocol),
    )


def _other(node: "Node", text: str, protocol: str) -> Server:
    host, address = _host(text), _address(node, text)
    name = host if host == address else f"{host} ({address})"
    if host == address:
        named = name_of_address(node, address)
        name = f"{named} ({address})" if named else address
    peer = node.wire.at(address, node)
    if peer is not None:
        client = LOOPBACK if is_loopback(address) else node.ip_addresses[0]

        def ask(question: Question) -> Reply:
            return peer.answering.answered(question, client=client, protocol=protocol)

        return Server(name=name, protocol=protocol, ask=ask)
    if ipaddress.ip_address(address).is_global:
        return Server(name=name, protocol=protocol, ask=_of_the_world)
    return Server(name=name, protocol=protocol, ask=_silent(name, address, protocol))


def _silent(name: str, address: str, protocol: str) -> Callable[[Question], Reply]:
    """A server that is not there: over UDP that takes long to find out."""

    def ask(question: Question) -> Reply:
        if protocol != "Udp" and is_loopback(address):
            raise ApiError("Connection refused")
        raise NoReply(
            f"DnsClient failed to resolve the request '{question}': request timed out for name"
            f" server [{name}].",
            inner="Connection timed out" if protocol == "Udp" else None,
        )

    return ask


def _of_the_world(question: Question) -> Reply:
    found = world(question.name, question.type)
    return Reply(
        rcode=found.rcode,
        source=Source.RECURSIVE,
        answer=found.answer,
        authority=found.authority,
        offers_recursion=True,
    )


def _host(text: str) -> str:
    """The name or address in a text such as `tls://dns.example:853 (9.9.9.9)`."""
    with_address = _WITH_ADDRESS.fullmatch(text)
    rest = with_address[1] if with_address else text
    url = _URL.fullmatch(rest)
    if url is not None:
        rest = url[1] + (url[2] or "")
    with_port = _WITH_PORT.fullmatch(rest)
    if with_port is not None and with_port[1]:
        if not _is_port(with_port[2]):
            raise ApiError(f"Invalid name server address was encountered: {text}")
        rest = with_port[1]
    address = _plain(rest)
    if address is None:
        domain_names.check(rest)
    return address or rest.lower()


def _address(node: "Node", text: str) -> str:
    """Where the server is: as the text says, else where its name leads."""
    with_address = _WITH_ADDRESS.fullmatch(text)
    host = _host(text)
    address = _plain(with_address[2]) if with_address else _plain(host)
    if with_address and address is None:
        raise ApiError(f"Invalid name server address was encountered: {text}")
    if address is not None:
        return address
    named = next((one for one in node.wire.nodes if one.domain == host), None)
    if named is not None:
        return named.ip_addresses[0]
    for record in node.resolver.resolve(Question(host, "A")).answer:
        if record.type == "A":
            return str(record.data["ipAddress"])
    raise ApiError(f"No IP address was found for name server: {text}")


def _plain(text: str) -> str | None:
    try:
        return str(ipaddress.ip_address(text.removeprefix("[").removesuffix("]")))
    except ValueError:
        return None


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= len(str(_MAX_PORT))
