"""The address of a node as settings give it, and whether plain HTTP may be used to it.

Addresses come from settings only; one that a node tells is compared, never called.
"""

import re
from ipaddress import ip_network
from urllib.parse import SplitResult, urlsplit

from companion.ip import read_ip

_FORM = "an address such as https://192.0.2.1:53443 or http://192.168.1.2:5380"

_PRIVATE_NETWORKS = tuple(
    ip_network(network)
    for network in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "::1/128",
        "fe80::/10",
        "fc00::/7",
    )
)
_PRIVATE_SUFFIXES = (".localhost", ".local", ".lan", ".home.arpa", ".internal")

_HOST_NAME = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_-]+)*\.?")
# Operating systems read a name such as 134744072 or 0x8.8 as an IP address of their own making.
_NUMERIC_HOST = re.compile(r"([^.]+\.)*(\d+|0[xX][0-9A-Fa-f]*)\.?")
_PLAIN_PATH = re.compile(r"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*/?")


def read_base_url(text: str) -> str:
    """Read the base address of a node; the answer ends without a slash.

    A plain path before `/api` is allowed, for nodes behind a reverse proxy.

    Raises:
        ValueError: With the expected form alone.
    """
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError(_FORM) from None
    if parts.scheme not in {"http", "https"} or port == 0 or not _is_host(parts):
        raise ValueError(_FORM)
    if "@" in text or "?" in text or "#" in text:
        raise ValueError(f"{_FORM}, without user, password, query or fragment")
    if _PLAIN_PATH.fullmatch(parts.path) is None:
        raise ValueError(f"{_FORM}, with nothing but a plain path after it")
    return f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/")


def is_private(base_url: str) -> bool:
    """Say whether the host is clearly local: plain HTTP to it stays within the own network.

    Private, loopback, link-local and unique local IP addresses; `localhost`; names of one label
    and names under .local, .lan, .home.arpa, .internal.
    """
    host = (urlsplit(base_url).hostname or "").rstrip(".")
    address = read_ip(host)
    if address is not None:
        return any(address in network for network in _PRIVATE_NETWORKS)
    if not host or _NUMERIC_HOST.fullmatch(host):
        return False
    return "." not in host or host.endswith(_PRIVATE_SUFFIXES)


def _is_host(parts: SplitResult) -> bool:
    host = parts.hostname or ""
    if read_ip(host) is not None:
        return True
    return _HOST_NAME.fullmatch(host) is not None and _NUMERIC_HOST.fullmatch(host) is None
