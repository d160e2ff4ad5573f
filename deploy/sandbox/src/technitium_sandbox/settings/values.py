"""Settings that are more than a number or a switch: how they are read, what is refused."""

import base64
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address
from typing import Any

from technitium_sandbox.calls import dotnet_text
from technitium_sandbox.calls.dotnet_elements import refuse_twins
from technitium_sandbox.calls.errors import ApiError
from technitium_sandbox.calls.parameters import as_integer
from technitium_sandbox.dns import domain_names
from technitium_sandbox.settings import limits
from technitium_sandbox.settings.limits import DNS_PORT, TLS_PORT
from technitium_sandbox.settings.source import Source

MOST_ENTRIES = 255
MOST_CHARS = 255
REAL_IP = "X-Real-IP"
RECURSIONS = ("Deny", "Allow", "AllowOnlyForPrivateNetworks", "UseSpecifiedNetworkACL")
BLOCKING = ("AnyAddress", "NxDomain", "CustomAddress")
_PROTOCOLS = ("Udp", "Tcp", "Tls", "Https", "HttpsJson", "Quic")
_SECRET_BYTES = 32
_MOST_HOURS = 168
_HOURS = "between 1 hour and 168 hours (7 days) or 0 to disable automatic update."
_HTTP_PROXY = (
    "HTTP proxy server can transport only DNS-over-TCP, DNS-over-TLS, or DNS-over-HTTPS forwarder"
    " protocols. Use SOCKS5 proxy server for DNS-over-UDP or DNS-over-QUIC forwarder protocols."
)


def choice(value: str | None, names: Sequence[str]) -> str | None:
    """One of the names in any case or by number from nought; None for anything else."""
    if not value:
        return None
    word = value.strip()
    if word.isascii() and word.isdigit() and len(word) == 1 and int(word) < len(names):
        return names[int(word)]
    return next((name for name in names if name.lower() == word.lower()), None)


def network(text: str) -> str:
    found = dotnet_text.as_network(text)
    if found is None:
        raise ApiError(f"Invalid network address was specified: {text}")
    return dotnet_text.network_text(found)


def networks(items: list[str], parameter: str, *, may_refuse: bool = False) -> list[str]:
    """Networks or addresses; with `may_refuse` a `!` before one means all but these."""
    found: list[str] = []
    for one in items:
        refused = "!" if may_refuse and one.startswith("!") else ""
        found.append(refused + network(one.removeprefix(refused)))
    if len(found) > MOST_ENTRIES:
        what = "Network Access Control List" if may_refuse else "Networks"
        raise ApiError(
            f"{what} cannot have more than {MOST_ENTRIES} entries."
            f" (Parameter '{limits.said(parameter)}')"
        )
    return found


def subnet(text: str, parameter: str, family: int, length: int) -> str:
    """A network of one family; an address alone becomes the network of that length around it."""
    found = dotnet_text.as_network(text)
    if found is None:
        raise ApiError(f"Invalid network address was specified: {text}")
    if found.version != family:
        raise ApiError(
            f"EDNS Client Subnet IPv{family} Override must be an IPv{family} network address."
            f" (Parameter '{limits.said(parameter)}')"
        )
    if found.prefixlen == found.max_prefixlen:
        found = found.supernet(new_prefix=length)
    return dotnet_text.network_text(found)


def check_limits(table: list[dict[str, int]], parameter: str, longest_prefix: int) -> None:
    """Queries a minute by length of prefix: each length once, nothing below nought."""
    refuse_twins(row["prefix"] for row in table)
    family = parameter[-4:]
    problem = None
    if len(table) > MOST_ENTRIES:
        problem = f"QPM Prefix Limits for {family} cannot have more than {MOST_ENTRIES} entries."
    elif any(not 0 <= row["prefix"] <= longest_prefix for row in table):
        problem = f"QPM limit {family} prefix valid range is between 0 and {longest_prefix}."
    elif any(min(row["udpLimit"], row["tcpLimit"]) < 0 for row in table):
        problem = "QPM limit value cannot be less than 0."
    if problem is not None:
        raise ApiError(f"{problem} (Parameter '{limits.said(parameter)}')")


def reverse_proxies(items: list[str]) -> list[str]:
    if len(items) > MOST_ENTRIES:
        raise ApiError(
            f"Web Service Reverse Proxy Addresses list cannot have more than {MOST_ENTRIES}"
            " entries. (Parameter 'WebServiceReverseProxyAddresses')"
        )
    return networks(items, "webServiceReverseProxyAddresses", may_refuse=True)


def end_points(items: list[str]) -> list[str]:
    """Address and port, port 53 where none is named; an empty list is every address."""
    found = [_end_point(one) for one in items]
    if any(one.endswith(f":{TLS_PORT}") for one in found):
        raise ApiError(
            f"Port {TLS_PORT} is reserved for DNS-over-TLS service. Please use a different port"
            " for DNS Server Local End Points. (Parameter 'LocalEndPoints')"
        )
    return found or [f"0.0.0.0:{DNS_PORT}", f"[::]:{DNS_PORT}"]


def web_addresses(items: list[str]) -> list[str]:
    """Addresses to listen at; both families' `any` become the one that serves both."""
    found = [_address(one) for one in items]
    if not found or {"0.0.0.0", "[::]"} <= set(found):  # noqa: S104 - nothing listens there
        return ["[::]"]
    return found


def mailbox(text: str) -> str:
    if len(text) > MOST_CHARS:
        raise ApiError(
            f"Default responsible person email address length cannot exceed {MOST_CHARS}"
            " characters. (Parameter 'defaultResponsiblePerson')"
        )
    user, at, host = text.strip().partition("@")
    if not (user and at and host) or any(char.isspace() or char == "@" for char in host):
        raise ApiError("The specified string is not in the form required for an e-mail address.")
    return text.strip()


def header(what: str, parameter: str) -> Callable[[str], str]:
    """Reads the name of an HTTP header."""

    def read(text: str) -> str:
        if len(text) > MOST_CHARS:
            raise ApiError(
                f"{what} header name cannot exceed {MOST_CHARS} characters."
                f" (Parameter '{parameter}')"
            )
        if not text.strip():
            return REAL_IP
        if " " in text:
            raise ApiError(
                f"{what} header name cannot contain invalid characters. (Parameter '{parameter}')"
            )
        return text

    return read


def custom_addresses(items: list[str]) -> list[str]:
    """IPv4 first; what is no address is dropped without a word."""
    found = [domain_names.as_address(one) for one in items]
    known = [one for one in found if one is not None]
    return [str(one) for one in sorted(known, key=lambda one: not isinstance(one, IPv4Address))]


def block_lists(items: list[str]) -> list[str] | None:
    """Addresses of lists, of allow lists (`!`), and comments (`#`); comments alone are none."""
    if len(items) > MOST_ENTRIES:
        raise _list_error(f"Cannot configure more than {MOST_ENTRIES} block list URLs.")
    for line in items:
        if len(line) > MOST_CHARS:
            raise _list_error(
                f"Block list URL (or comment line) length cannot exceed {MOST_CHARS} characters."
            )
        if not line.startswith("#"):
            try:
                dotnet_text.check_url(line.removeprefix("!"))
            except ApiError as problem:
                raise _list_error(problem.message) from None
    lines = list(dict.fromkeys(items))
    return lines if any(not line.startswith("#") for line in lines) else None


def check_block_list_hours(hours: int, *, quotes_parameter: bool) -> None:
    if 0 <= hours <= _MOST_HOURS:
        return
    if quotes_parameter:
        raise ApiError(f"Parameter `blockListUpdateIntervalHours` must be {_HOURS}")
    raise ApiError(f"Value must be {_HOURS} (Parameter 'BlockListUpdateIntervalHours')")


def tsig_key(
    name: str, secret: str, algorithm: str, *, randomness: Callable[[int], bytes]
) -> dict[str, str]:
    """A key; without a secret one is made up."""
    folded = domain_names.to_ascii(name.rstrip(".").lower())
    domain_names.check(folded)
    made = secret or base64.b64encode(randomness(_SECRET_BYTES)).decode()
    return {"keyName": folded, "sharedSecret": made, "algorithmName": algorithm}


def proxy(kind: str, source: Source) -> dict[str, Any]:
    username = source.text("proxyUsername") or None
    password = source.text("proxyPassword") if username else None
    for what, value in (("username", username), ("password", password)):
        if value is not None and len(value) > MOST_CHARS:
            raise ApiError(
                f"Proxy {what} length cannot exceed {MOST_CHARS} characters."
                f" (Parameter 'proxy{what.capitalize()}')"
            )
    port = source.text("proxyPort")
    if port is None:
        raise ApiError("Value cannot be null. (Parameter 's')")
    return {
        "type": kind,
        "address": source.text("proxyAddress"),
        "port": as_integer(port),
        "username": username,
        "password": password,
        "bypass": source.items("proxyBypass")
        or ["127.0.0.0/8", "169.254.0.0/16", "fe80::/10", "::1", "localhost"],
    }


def forwarders(
    items: list[str], protocol: str | None, through: dict[str, Any] | None
) -> tuple[list[str] | None, str]:
    """The forwarders and the protocol of them all."""
    if not items:
        return None, "Udp"
    found = choice(protocol, _PROTOCOLS) or "Udp"
    if found == "HttpsJson":
        found = "Https"
    if found in {"Udp", "Quic"} and through is not None and through["type"] == "Http":
        raise ApiError(_HTTP_PROXY)
    for one in items:
        _check_forwarder(one)
    return list(items), found


def _check_forwarder(text: str) -> None:
    """An address or a name, each with or without a port, a URL, or `name (address)`."""
    if "://" in text:
        dotnet_text.check_url(text)
        return
    name = text.partition("(")[0].strip()
    if not dotnet_text.is_end_point(name):
        domain_names.check(domain_names.to_ascii(name))


def _list_error(problem: str) -> ApiError:
    return ApiError(f"{problem} (Parameter 'BlockListUrls')")


def _address(text: str) -> str:
    found = domain_names.as_address(text)
    if found is None:
        raise ApiError("An invalid IP address was specified.", inner="Invalid argument")
    return str(found) if isinstance(found, IPv4Address) else f"[{found}]"


def _end_point(text: str) -> str:
    if not dotnet_text.is_end_point(text):
        raise ApiError("An invalid IPEndPoint was specified.")
    host, colon, port = text.rpartition(":")
    if not colon or text.endswith("]") or domain_names.as_address(text) is not None:
        host, port = text, ""
    found = domain_names.as_address(host)
    if found is None:
        raise ApiError("An invalid IPEndPoint was specified.")
    return f"{_address(host)}:{int(port or 0) or DNS_PORT}"
