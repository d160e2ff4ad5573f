"""What is looked up, and whom the node is to ask; what means nothing is refused by name."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Final, Literal, get_args

from companion.technitium.calls import RESOLVE, RESOLVE_FROM_ROOT, Call

from node_proxy.domain.record_types import LARGEST_TYPE, OLD_TYPES, TYPES
from node_proxy.domain.refused_field import FieldRefused

Protocol = Literal["Udp", "Tcp", "Tls", "Https", "Quic"]

THIS_SERVER: Final = "this-server"
FROM_ROOT: Final = "recursive-resolver"

_TYPES: Final = frozenset((*TYPES, *OLD_TYPES))
_MOST_CHARACTERS: Final = 255
_MOST_OF_A_LABEL: Final = 63
_NOT_IN_NAMES: Final = re.compile(r"[\s\x00-\x1f\x7f]")
_TRUE: Final = frozenset({"true", "1"})
_FALSE: Final = frozenset({"false", "0", ""})


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One lookup.

    Attributes:
        name: A domain name, or for PTR an address too; empty is the root.
        server: `this-server`, `recursive-resolver`, `system-dns`, or another server in any form
            that the node takes: an address, a name, an URL.
        subnet: The client's network to tell that server (EDNS); None for none.
    """

    name: str
    type: str
    protocol: Protocol
    dnssec: bool
    server: str
    subnet: str | None

    @property
    def call(self) -> Call:
        return RESOLVE_FROM_ROOT if self.server.casefold() == FROM_ROOT else RESOLVE

    @property
    def params(self) -> dict[str, str]:
        """The parameters of the node's call."""
        asked = {
            "server": self.server,
            # The node takes no empty name; the root is a dot.
            "domain": self.name or ".",
            "type": self.type,
            "protocol": self.protocol,
            "dnssec": "true" if self.dnssec else "false",
        }
        return asked if self.subnet is None else asked | {"eDnsClientSubnet": self.subnet}


def read_question(params: Mapping[str, str]) -> Question:
    """The question of a request: `name`, and what differs from A over UDP at the node itself.

    Raises:
        FieldRefused: It names the parameter.
    """
    if "name" not in params:
        raise FieldRefused("name", '"name" is missing: the domain name to look up.')
    return Question(
        name=_name(params["name"]),
        type=_type(params.get("type", "")),
        protocol=_protocol(params.get("protocol", "")),
        dnssec=_flag(params.get("dnssec", "")),
        server=_server(params.get("server", "")),
        subnet=_subnet(params.get("subnet", "")),
    )


def _name(text: str) -> str:
    name = text.strip().rstrip(".")
    if _NOT_IN_NAMES.search(name):
        raise FieldRefused("name", '"name" must not have spaces or control characters.')
    if len(name) > _MOST_CHARACTERS or (":" not in name and not _has_good_labels(name)):
        raise FieldRefused(
            "name",
            '"name" must be labels of 1 to 63 characters, separated by dots, 255 in all.',
        )
    return name


def _has_good_labels(name: str) -> bool:
    return not name or all(0 < len(label) <= _MOST_OF_A_LABEL for label in name.split("."))


def _type(text: str) -> str:
    kind = text.strip().upper() or "A"
    if kind in _TYPES or (kind.isascii() and kind.isdigit() and 0 < int(kind[:9]) <= LARGEST_TYPE):
        return kind
    raise FieldRefused("type", '"type" must be a record type such as A, or its number.')


def _protocol(text: str) -> Protocol:
    wanted = text.strip().casefold() or "udp"
    for one in get_args(Protocol):
        if one.casefold() == wanted:
            found: Protocol = one
            return found
    raise FieldRefused("protocol", f'"protocol" must be one of {", ".join(get_args(Protocol))}.')


def _flag(text: str) -> bool:
    value = text.strip().casefold()
    if value in _TRUE | _FALSE:
        return value in _TRUE
    raise FieldRefused("dnssec", '"dnssec" must be "true" or "false".')


def _server(text: str) -> str:
    server = text.strip() or THIS_SERVER
    if len(server) > _MOST_CHARACTERS or not server.isprintable():
        raise FieldRefused(
            "server",
            '"server" must be this-server, recursive-resolver, system-dns, or a server\'s address.',
        )
    return server


def _subnet(text: str) -> str | None:
    if not text.strip():
        return None
    try:
        return str(ip_network(text.strip(), strict=False))
    except ValueError as exc:
        raise FieldRefused("subnet", '"subnet" must be a network such as 203.0.113.0/24.') from exc
