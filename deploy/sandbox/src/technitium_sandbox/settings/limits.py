"""Which numbers a setting may have, and what a node says of others."""

from collections.abc import Iterator
from dataclasses import dataclass

from technitium_sandbox.calls.errors import ApiError

DNS_PORT = 53
TLS_PORT = 853
_NO_END = 2**63
_MINUTES = "Valid range is between 1 and 60 minutes."
_PORT_RANGE = "Port number valid range is from 0 to 65535."


@dataclass(frozen=True, slots=True)
class _Limit:
    least: int
    most: int
    words: str


def _range(least: int, most: int, *, said_least: int | None = None) -> _Limit:
    said = least if said_least is None else said_least
    return _Limit(least, most, f"Valid range is from {said} to {most}.")


_BUFFER = _Limit(8, 65_536, "Valid range is from 8 KB to 65536 KB.")
_LIMITS: dict[str, _Limit] = {
    "udpPayloadSize": _Limit(
        512, 4_096, "Invalid EDNS UDP payload size: valid range is 512-4096 bytes."
    ),
    "eDnsClientSubnetIPv4PrefixLength": _Limit(
        0, 32, "EDNS Client Subnet IPv4 prefix length cannot be greater than 32."
    ),
    "eDnsClientSubnetIPv6PrefixLength": _Limit(
        0, 64, "EDNS Client Subnet IPv6 prefix length cannot be greater than 64."
    ),
    "qpmLimitSampleMinutes": _Limit(1, 60, _MINUTES),
    "qpmLimitUdpTruncationPercentage": _Limit(
        0, 100, "Percentage value valid range is between 0 and 100."
    ),
    "clientTimeout": _range(1_000, 10_000),
    "tcpSendTimeout": _range(1_000, 90_000),
    "tcpReceiveTimeout": _range(1_000, 90_000),
    "quicIdleTimeout": _range(1_000, 90_000),
    # Nought is taken, whatever the words say.
    "quicMaxInboundStreams": _range(0, 1_000, said_least=1),
    "udpSendBufferSizeKB": _BUFFER,
    "udpReceiveBufferSizeKB": _BUFFER,
    "maxConcurrentResolutionsPerCore": _Limit(1, _NO_END, "Value cannot be less than 1."),
    "resolverRetries": _range(1, 10),
    "resolverTimeout": _range(1_000, 10_000),
    "resolverConcurrency": _range(1, 4),
    "resolverMaxStackCount": _range(10, 30),
    "serveStaleMaxWaitTime": _Limit(
        0,
        1_800,
        "Serve stale max wait time valid range is 0 to 1800 milliseconds."
        " Default value is 1800 milliseconds.",
    ),
    "cachePrefetchEligibility": _Limit(2, _NO_END, "Valid value is greater that or equal to 2."),
    "cachePrefetchTrigger": _Limit(0, _NO_END, "Valid value is greater that or equal to 0."),
    "cachePrefetchSampleIntervalInMinutes": _Limit(1, 60, _MINUTES),
    "cachePrefetchSampleEligibilityHitsPerHour": _Limit(
        1, _NO_END, "Valid value is greater than or equal to 1."
    ),
    "forwarderRetries": _range(1, 10),
    "forwarderTimeout": _range(1_000, 10_000),
    "forwarderConcurrency": _range(1, 10),
}
_PORTS = {
    "dnsOverHttpPort": "HTTP",
    "dnsOverTlsPort": "TLS",
    "dnsOverHttpsPort": "HTTPS",
    "dnsOverQuicPort": "QUIC",
}
# Named otherwise in complaints than in calls.
_SAID_NAMES = {"cachePrefetchSampleIntervalInMinutes": "CachePrefetchSampleIntervalMinutes"}


def check(name: str, value: object) -> None:
    """Raises ApiError when the setting cannot have that number."""
    if not isinstance(value, int):
        return
    for words in _problems(name, value):
        raise ApiError(f"{words} (Parameter '{said(name)}')")


def said(name: str) -> str:
    """The name of a setting as complaints spell it."""
    return _SAID_NAMES.get(name) or name[0].upper() + name[1:]


def _problems(name: str, value: int) -> Iterator[str]:
    limit = _LIMITS.get(name)
    if limit is not None and not limit.least <= value <= limit.most:
        yield limit.words
    if name in _PORTS or name in {"dnsOverUdpProxyPort", "dnsOverTcpProxyPort"}:
        yield from _port_problems(_PORTS.get(name), value)


def _port_problems(protocol: str | None, value: int) -> Iterator[str]:
    if not 0 <= value <= 65_535:  # noqa: PLR2004 - a port
        yield _PORT_RANGE
    if protocol is None:
        return
    service = f"DNS-over-{protocol} service"
    if value == DNS_PORT:
        yield f"Port {DNS_PORT} cannot be used for {service}. Please use a different port."
    if value == TLS_PORT and protocol.startswith("HTTP"):
        yield (
            f"Port {TLS_PORT} is reserved for DNS-over-TLS service."
            f" Please use a different port for {service}."
        )
