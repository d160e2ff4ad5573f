"""IP addresses as others write them, in the one form that can be compared.

Peers, proxies, nodes and settings spell one address in several ways.
"""

from ipaddress import IPv4Address, IPv6Address, ip_address

Address = IPv4Address | IPv6Address


def read_ip(text: str) -> Address | None:
    """Read an address: IPv4 inside IPv6 becomes IPv4, a zone is left out; None for other text."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
