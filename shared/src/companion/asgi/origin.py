"""Origins and hosts as HTTP writes them: checked by form, compared in one spelling."""

import re
from dataclasses import dataclass

DEFAULT_PORTS = {"http": ":80", "https": ":443"}

# A registered name or IPv4 address, or an IPv6 address in brackets; then perhaps a port.
_HOST = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9._-]{0,252})|\[[0-9a-f:.]{2,45}\])(?::[0-9]{1,5})?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestOrigin:
    """Where a request really comes from and what address it was made to.

    `scheme` is what the client spoke, `host` what it asked for (with the port, if one was
    written; empty when it was missing or malformed), `client_ip` its address ("unix" for a
    socket), `forwarded_proto` what a believed proxy said.
    """

    scheme: str
    host: str
    client_ip: str
    forwarded_proto: str | None
    peer_trusted: bool

    @property
    def is_secure(self) -> bool:
        return self.scheme == "https"

    @property
    def url(self) -> str | None:
        """The origin of the effective URL, in the one spelling; None without a usable host."""
        return normal_origin(f"{self.scheme}://{self.host}")


def is_host(text: str) -> bool:
    return _HOST.fullmatch(text) is not None


def host_name(host: str) -> str | None:
    """The name or address of a Host header, in lower case and without brackets and port."""
    if not is_host(host):
        return None
    name = host.lower()
    if name.startswith("["):
        return name[1:].partition("]")[0]
    return name.partition(":")[0].removesuffix(".")


def normal_origin(text: str) -> str | None:
    """Lower case, no default port; None for `null` and whatever else is no http(s) origin."""
    scheme, separator, host = text.strip().lower().partition("://")
    if not separator or scheme not in DEFAULT_PORTS or not is_host(host):
        return None
    return f"{scheme}://{host.removesuffix(DEFAULT_PORTS[scheme])}"
