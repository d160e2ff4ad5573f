"""Whose address counts as the client's: the peer's, or the one a trusted peer reports."""

import ipaddress
from collections.abc import Sequence
from functools import lru_cache

DEFAULT_PROXIES = (
    "127.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "!2000::/3",
    "::/0",
)


def client_address(peer: str, reported: str | None, proxies: Sequence[str]) -> str:
    """The reported address when the peer may report one and it parses, else the peer's."""
    if not reported or not is_trusted(peer, tuple(proxies)):
        return peer
    try:
        return str(ipaddress.ip_address(reported.strip()))
    except ValueError:
        return peer


@lru_cache(maxsize=256)
def is_trusted(peer: str, proxies: tuple[str, ...]) -> bool:
    """First matching network decides; one that begins with `!` refuses."""
    address = ipaddress.ip_address(peer)
    for entry in proxies:
        network = ipaddress.ip_network(entry.removeprefix("!"), strict=False)
        if address.version == network.version and address in network:
            return not entry.startswith("!")
    return False
