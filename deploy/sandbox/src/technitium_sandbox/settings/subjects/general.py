"""What a DNS server is called, how it is reached and how much it answers."""

from typing import TYPE_CHECKING

from technitium_sandbox.calls.errors import ApiError
from technitium_sandbox.calls.parameters import as_bool, as_byte, as_integer, as_ttl, as_uint16
from technitium_sandbox.dns import domain_names
from technitium_sandbox.settings import values
from technitium_sandbox.settings.field import Field, clearable, listed, networks, plain, special
from technitium_sandbox.settings.source import Source

if TYPE_CHECKING:
    from technitium_sandbox.node import Node

_LIMIT_COLUMNS = ("prefix", "udpLimit", "tcpLimit")


def _domain(node: "Node", source: Source) -> bool:
    value = (source.text("dnsServerDomain") or "").rstrip(".").lower()
    if not value or value == node.domain.lower():
        return False
    if node.cluster is not None and not value.endswith(f".{node.cluster.domain}"):
        raise ApiError(
            "DNS server domain name must end with the cluster domain name."
            " (Parameter 'dnsServerDomain')"
        )
    value = domain_names.to_ascii(value)
    domain_names.check(value)
    if domain_names.as_address(value) is not None:
        raise ApiError(
            f"Invalid domain name [{value}]: IP address cannot be used for DNS server domain name."
        )
    node.rename(value)
    return True


def _ipv6(node: "Node", source: Source) -> bool:
    """The mode, else the older switch; each is shown as the other says."""
    mode = values.choice(source.text("ipv6Mode"), ("Disabled", "Enabled", "Preferred"))
    prefer = source.text("preferIPv6")
    if mode is None or "ipv6Mode" not in node.settings:
        if not prefer:
            return False
        mode = "Preferred" if as_bool(prefer) else "Disabled"
    if "ipv6Mode" in node.settings:
        node.settings["ipv6Mode"] = mode
    node.settings["preferIPv6"] = mode == "Preferred"
    return True


def _subnet(name: str, family: int) -> Field:
    """A client subnet in place of the client's own; an address alone gets the usual length."""
    length_key = f"eDnsClientSubnetIPv{family}PrefixLength"

    def put(node: "Node", source: Source) -> bool:
        value = source.text(name)
        if value is None:
            return False
        length = int(node.settings[length_key])
        node.settings[name] = values.subnet(value, name, family, length) if value else None
        return True

    return special(name, put, is_shared=True)


def _limits(name: str, longest_prefix: int) -> Field:
    def put(node: "Node", source: Source) -> bool:
        rows = source.rows(name, _LIMIT_COLUMNS)
        if rows is None or name not in node.settings:
            return False
        table = [dict(zip(_LIMIT_COLUMNS, map(as_integer, row), strict=True)) for row in rows]
        values.check_limits(table, name, longest_prefix)
        node.settings[name] = table
        return True

    return special(name, put, is_shared=True)


FIELDS = (
    special("dnsServerDomain", _domain),
    special(
        "dnsServerLocalEndPoints",
        listed("dnsServerLocalEndPoints", values.end_points),
    ),
    networks("dnsServerIPv4SourceAddresses", is_shared=False),
    networks("dnsServerIPv6SourceAddresses", is_shared=False),
    *plain(
        as_ttl,
        ("defaultRecordTtl", "defaultNsRecordTtl", "defaultSoaRecordTtl"),
        is_shared=True,
    ),
    special(
        "defaultResponsiblePerson",
        clearable("defaultResponsiblePerson", values.mailbox),
        is_shared=True,
    ),
    *plain(as_bool, ("useSoaSerialDateScheme",), is_shared=True),
    *plain(as_ttl, ("minSoaRefresh", "minSoaRetry"), is_shared=True),
    networks("zoneTransferAllowedNetworks", is_shared=True),
    networks("notifyAllowedNetworks", is_shared=True),
    *plain(as_bool, ("dnsAppsEnableAutomaticUpdate",), is_shared=True),
    special("ipv6Mode", _ipv6),
    *plain(as_bool, ("enableUdpSocketPool",)),
    special(
        "socketPoolExcludedPorts",
        listed("socketPoolExcludedPorts", lambda items: [as_uint16(one) for one in items]),
    ),
    *plain(as_uint16, ("udpPayloadSize",), is_shared=True),
    *plain(as_bool, ("dnssecValidation", "eDnsClientSubnet"), is_shared=True),
    *plain(
        as_byte,
        ("eDnsClientSubnetIPv4PrefixLength", "eDnsClientSubnetIPv6PrefixLength"),
        is_shared=True,
    ),
    _subnet("eDnsClientSubnetIpv4Override", 4),
    _subnet("eDnsClientSubnetIpv6Override", 6),
    _limits("qpmPrefixLimitsIPv4", 32),
    _limits("qpmPrefixLimitsIPv6", 128),
    *plain(
        as_integer,
        (
            "qpmLimitRequests",
            "qpmLimitErrors",
            "qpmLimitSampleMinutes",
            "qpmLimitIPv4PrefixLength",
            "qpmLimitIPv6PrefixLength",
            "qpmLimitUdpTruncationPercentage",
        ),
        is_shared=True,
    ),
    networks("qpmLimitBypassList", is_shared=True),
    *plain(
        as_integer,
        (
            "clientTimeout",
            "tcpSendTimeout",
            "tcpReceiveTimeout",
            "quicIdleTimeout",
            "quicMaxInboundStreams",
            "listenBacklog",
            "udpSendBufferSizeKB",
            "udpReceiveBufferSizeKB",
        ),
        is_shared=True,
    ),
    *plain(as_uint16, ("maxConcurrentResolutionsPerCore",), is_shared=True),
)
