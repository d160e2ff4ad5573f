"""Who is on the other end of a request, as far as it was verified."""

from dataclasses import dataclass
from ipaddress import IPv6Address, ip_network
from typing import Final

from companion.ip import read_ip

# What one household or office has of IPv6; Technitium counts failures by the same size.
IPV6_PREFIX_BITS: Final = 64
# What one customer has at most, as a rule.
IPV6_SITE_BITS: Final = 48
MAX_AGENT_CHARACTERS: Final = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """The client's verified address (or "unix") and what its program calls itself.

    `origin` is the one that the client asked at, in its normal spelling.
    """

    ip: str
    agent: str
    origin: str | None = None

    @property
    def network(self) -> str:
        """What tries are counted by: the IPv4 address, or the /64 of an IPv6 address."""
        return network_of(self.ip)

    @property
    def real_ip(self) -> str | None:
        """The address to tell nodes; None when the client has none."""
        address = read_ip(self.ip)
        return None if address is None else str(address)


def network_of(ip: str) -> str:
    """The network of an address in text; what is no address stands for itself."""
    address = read_ip(ip)
    if address is None:
        return ip
    if isinstance(address, IPv6Address):
        return str(ip_network((address, IPV6_PREFIX_BITS), strict=False).network_address)
    return str(address)


def site_of(network: str) -> str:
    """Whose a network may be: the /48 of an IPv6 network, else the network itself."""
    address = read_ip(network)
    if isinstance(address, IPv6Address):
        return str(ip_network((address, IPV6_SITE_BITS), strict=False).network_address)
    return network
