"""`/api/dnsClient/resolve`: asks a server, as the node sees it, and shows the whole reply."""

import ipaddress
from dataclasses import dataclass

from technitium_sandbox.accounts.permissions import Right
from technitium_sandbox.calls.errors import ApiError
from technitium_sandbox.calls.parameters import as_enumeration
from technitium_sandbox.calls.routing import Call, Outcome, Route
from technitium_sandbox.dashboard.statistics import Rcode
from technitium_sandbox.dns import codes, domain_names
from technitium_sandbox.resolver import client_import
from technitium_sandbox.resolver.replies import Question
from technitium_sandbox.resolver.servers import Server, find
from technitium_sandbox.resolver.shown import Shown

_PROTOCOLS = {"Udp": 0, "Tcp": 1, "Tls": 2, "Https": 3, "Quic": 4}
_PROTOCOL_NAMES = {number: name for name, number in _PROTOCOLS.items()}
_SUBNET_BITS = {4: 24, 6: 56}
_ROOT_KEYS = Question("", "DNSKEY")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the caller wants to be asked."""

    server: str
    question: Question
    protocol: str
    wants_dnssec: bool
    wants_import: bool
    subnet: str | None


def resolve(call: Call) -> Outcome:
    """Only a server that cannot be reached is an error; every response code is an answer."""
    wish = _wish(call)
    server = find(call.node, wish.server, wish.protocol, wish.question)
    reply = server.ask(wish.question)
    shown = Shown(
        server=server.name,
        protocol=server.protocol,
        question=wish.question,
        reply=reply,
        subnet=wish.subnet if call.node.version.echoes_client_subnet else None,
    )
    if wish.wants_dnssec:
        keys = server.ask(_ROOT_KEYS)
        if keys.rcode is not Rcode.NO_ERROR:
            return _bogus(server, shown.of_keys(_ROOT_KEYS, keys))
        shown = shown.validated()
    if wish.wants_import:
        client_import.take(call, wish.question, reply)
    result = shown.result(_round_trip(call))
    return {"result": result, "rawResponses": [result] if server.is_resolver else []}


def _wish(call: Call) -> Wish:
    parameters = call.parameters
    server = parameters.required("server")
    domain = parameters.required("domain").strip("\t .")
    number = as_enumeration(parameters.required("type"), codes.TYPES, is_wide=True)
    qtype = codes.TYPE_NAMES.get(number, str(number))
    protocol = parameters.enumeration("protocol", _PROTOCOLS) or 0
    if protocol not in _PROTOCOL_NAMES:
        raise ApiError("Specified method is not supported.")
    wants_dnssec = parameters.flag("dnssec")
    subnet = _network(parameters.optional("eDnsClientSubnet"))
    return Wish(
        server=server,
        question=Question(_name(domain, qtype), qtype),
        protocol="Tcp" if qtype == "AXFR" and not protocol else _PROTOCOL_NAMES[protocol],
        wants_dnssec=wants_dnssec,
        wants_import=parameters.flag("import"),
        subnet=subnet,
    )


def _name(domain: str, qtype: str) -> str:
    """The name to ask for; a question for PTR may name an address."""
    address = domain_names.as_address(domain) if qtype == "PTR" else None
    if address is not None:
        return domain_names.of_address(address)
    name = domain_names.to_ascii(domain)
    domain_names.check(name)
    return name.lower()


def _network(text: str | None) -> str | None:
    """A single address stands for its network; no network changes what is answered here."""
    if text is None:
        return None
    number, _, prefix = text.partition("/")
    address = domain_names.as_address(number)
    try:
        named = f"{address}/{prefix}" if prefix else str(address)
        network = ipaddress.ip_network(named, strict=False)
        if network.prefixlen == network.max_prefixlen:
            network = network.supernet(new_prefix=_SUBNET_BITS[network.version])
        return str(network)
    except ValueError:
        raise ApiError(f"Invalid network address was specified: {text}") from None


def _bogus(server: Server, shown: Shown) -> Outcome:
    """The keys of the root cannot be had, so nothing can be believed."""
    said = f"{server.name} returned RCODE={shown.reply.rcode} for {_ROOT_KEYS}"
    return {
        "warningMessage": f"Attack detected! Failed to resolve the request '{_ROOT_KEYS}'."
        f" Received a response with RCODE: {shown.reply.rcode} from Name server: {server.name}",
        "result": shown.result("1.02 ms", [("DNSKEYMissing", f"Attack detected! {said}")]),
        "rawResponses": [],
    }


def _round_trip(call: Call) -> str:
    return f"{0.3 + call.node.randomness(1)[0] / 100:.2f} ms"


ROUTES = (
    Route(path="/api/dnsClient/resolve", needs=(("DnsClient", Right.VIEW),), handler=resolve),
)
