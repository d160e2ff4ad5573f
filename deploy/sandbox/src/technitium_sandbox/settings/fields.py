"""The fields of `settings/set`: how each is read, in the order in which they are applied.

Each is in effect as soon as it is read; a bad one ends the call and leaves those before it.
Which of them belong to the whole cluster stands beside each.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from technitium_sandbox.calls.dotnet_elements import refuse_twins
from technitium_sandbox.calls.errors import ApiError
from technitium_sandbox.calls.parameters import (
    as_bool,
    as_byte,
    as_integer,
    as_long,
    as_ttl,
    as_uint16,
)
from technitium_sandbox.dns import domain_names
from technitium_sandbox.settings import limits, values
from technitium_sandbox.settings.settings import MASK
from technitium_sandbox.settings.source import Source

if TYPE_CHECKING:
    from technitium_sandbox.node import Node

Apply = Callable[["Node", Source], bool]
"""Put the field into the node when it was sent; says whether it was."""

_LIMIT_COLUMNS = ("prefix", "udpLimit", "tcpLimit")
_KEY_COLUMNS = ("keyName", "sharedSecret", "algorithmName")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One parameter; `keys` are the settings that it decides, `also` what is read with it."""

    name: str
    apply: Apply
    is_shared: bool = False
    keys: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


def apply(node: "Node", source: Source) -> list[str]:
    """Apply all; gives back the names of what was sent and belongs to the cluster."""
    sent: list[str] = []
    for field in FIELDS:
        if field.apply(node, source) and field.is_shared:
            sent += (field.name, *field.also)
    return sent


def _single(name: str, read: Callable[[str], object]) -> Apply:
    """An empty value leaves the setting as it is."""

    def put(node: "Node", source: Source) -> bool:
        value = source.text(name)
        if not value or name not in node.settings:
            return False
        found = read(value)
        limits.check(name, found)
        node.settings[name] = found
        return True

    return put


def _list(name: str, read: Callable[[list[str]], object]) -> Apply:
    def put(node: "Node", source: Source) -> bool:
        items = source.items(name)
        if items is None or name not in node.settings:
            return False
        node.settings[name] = read(items)
        return True

    return put


def _clearable(name: str, read: Callable[[str], object], default: object = None) -> Apply:
    """An empty value sets it back."""

    def put(node: "Node", source: Source) -> bool:
        value = source.text(name)
        if value is None or name not in node.settings:
            return False
        node.settings[name] = read(value) if value else default
        return True

    return put


def _choice(name: str, names: Sequence[str]) -> Apply:
    """A value that is none of the names is ignored, without a word."""

    def put(node: "Node", source: Source) -> bool:
        found = values.choice(source.text(name), names)
        if found is None or name not in node.settings:
            return False
        node.settings[name] = found
        return True

    return put


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

    return _special(name, put, is_shared=True)


def _limits(name: str, longest_prefix: int) -> Field:
    def put(node: "Node", source: Source) -> bool:
        rows = source.rows(name, _LIMIT_COLUMNS)
        if rows is None or name not in node.settings:
            return False
        table = [dict(zip(_LIMIT_COLUMNS, map(as_integer, row), strict=True)) for row in rows]
        values.check_limits(table, name, longest_prefix)
        node.settings[name] = table
        return True

    return _special(name, put, is_shared=True)


def _certificate(prefix: str) -> Apply:
    """Path and password together; the mask stands for the password that is there."""
    path_key = f"{prefix}TlsCertificatePath"
    password_key = f"{prefix}TlsCertificatePassword"

    def put(node: "Node", source: Source) -> bool:
        path = source.text(path_key)
        if path is None:
            return False
        password = source.text(password_key)
        node.settings[path_key] = path or None
        if not path:
            node.settings[password_key] = None
        elif password not in (None, MASK):
            node.settings[password_key] = password
        return True

    return put


def _proxy_acl(node: "Node", source: Source) -> bool:
    """Under its present name, else under the one it had."""
    names = ("dnsReverseProxyNetworkACL", "reverseProxyNetworkACL")
    key = next(name for name in names if name in node.settings)
    items = source.items(names[0])
    if items is None:
        items = source.items(names[1])
    if items is None:
        return False
    node.settings[key] = values.networks(items, key, may_refuse=True)
    return True


def _tsig_keys(node: "Node", source: Source) -> bool:
    rows = source.rows("tsigKeys", _KEY_COLUMNS)
    if rows is None:
        return False
    keys = [values.tsig_key(*row, randomness=node.randomness) for row in rows]
    names = [key["keyName"] for key in keys]
    refuse_twins(names)
    if node.cluster is not None:
        catalog = f"cluster-catalog.{node.cluster.domain}"
        held = {key["keyName"] for key in node.settings["tsigKeys"]}
        if catalog in held and catalog not in names:
            raise ApiError(f"Cannot remove TSIG key for '{catalog}' Cluster Catalog zone.")
    node.settings["tsigKeys"] = keys
    return True


def _blocking(node: "Node", source: Source) -> bool:
    """On ends a pause; off leaves its timer running, which will switch blocking on again."""
    value = source.text("enableBlocking")
    if not value:
        return False
    is_on = as_bool(value)
    node.settings["enableBlocking"] = is_on
    if is_on:
        node.updates.cancel_pause()
    return True


def _block_lists(node: "Node", source: Source) -> bool:
    items = source.items("blockListUrls")
    if items is None:
        return False
    urls = values.block_lists(items)
    if urls and not node.version.keeps_block_list_order:
        urls.sort(key=lambda line: not line.startswith("!"))
    if urls != node.settings["blockListUrls"]:
        node.settings["blockListUrls"] = urls
        node.updates.lists_changed()
    return True


def _block_list_hours(node: "Node", source: Source) -> bool:
    value = source.text("blockListUpdateIntervalHours")
    if not value:
        return False
    hours = as_integer(value)
    values.check_block_list_hours(hours, quotes_parameter=node.version.quotes_interval_parameter)
    node.settings["blockListUpdateIntervalHours"] = hours
    return True


def _proxy(node: "Node", source: Source) -> bool:
    kind = values.choice(source.text("proxyType"), ("None", "Http", "Socks5"))
    if kind is None:
        return False
    node.settings["proxy"] = values.proxy(kind, source) if kind != "None" else None
    return True


def _forwarders(node: "Node", source: Source) -> bool:
    """The protocol counts only together with forwarders, and is UDP where it is not sent."""
    items = source.items("forwarders")
    if items is None:
        return False
    found, protocol = values.forwarders(
        items, source.text("forwarderProtocol"), node.settings["proxy"]
    )
    node.settings["forwarders"], node.settings["forwarderProtocol"] = found, protocol
    return True


def _logging(node: "Node", source: Source) -> bool:
    names = ("None", "File", "Console", "FileAndConsole")
    kind = values.choice(source.text("loggingType"), names)
    switch = source.text("enableLogging")
    if kind is None:
        if not switch:
            return False
        kind = "File" if as_bool(switch) else "None"
    node.settings["loggingType"] = kind
    node.settings["enableLogging"] = kind != "None"
    return True


def _plain(
    read: Callable[[str], object], names: Iterable[str], *, is_shared: bool = False
) -> tuple[Field, ...]:
    """Fields that are one value each, read alike."""
    return tuple(
        Field(name=name, apply=_single(name, read), is_shared=is_shared, keys=(name,))
        for name in names
    )


def _networks(name: str, *, is_shared: bool, may_refuse: bool = False) -> Field:
    def read(items: list[str]) -> list[str]:
        return values.networks(items, name, may_refuse=may_refuse)

    return Field(name=name, apply=_list(name, read), is_shared=is_shared, keys=(name,))


def _special(
    name: str, apply: Apply, *, is_shared: bool = False, also: tuple[str, ...] = ()
) -> Field:
    return Field(name=name, apply=apply, is_shared=is_shared, keys=(name,), also=also)


_GENERAL = (
    _special("dnsServerDomain", _domain),
    _special(
        "dnsServerLocalEndPoints",
        _list("dnsServerLocalEndPoints", values.end_points),
    ),
    _networks("dnsServerIPv4SourceAddresses", is_shared=False),
    _networks("dnsServerIPv6SourceAddresses", is_shared=False),
    *_plain(
        as_ttl,
        ("defaultRecordTtl", "defaultNsRecordTtl", "defaultSoaRecordTtl"),
        is_shared=True,
    ),
    _special(
        "defaultResponsiblePerson",
        _clearable("defaultResponsiblePerson", values.mailbox),
        is_shared=True,
    ),
    *_plain(as_bool, ("useSoaSerialDateScheme",), is_shared=True),
    *_plain(as_ttl, ("minSoaRefresh", "minSoaRetry"), is_shared=True),
    _networks("zoneTransferAllowedNetworks", is_shared=True),
    _networks("notifyAllowedNetworks", is_shared=True),
    *_plain(as_bool, ("dnsAppsEnableAutomaticUpdate",), is_shared=True),
    _special("ipv6Mode", _ipv6),
    *_plain(as_bool, ("enableUdpSocketPool",)),
    _special(
        "socketPoolExcludedPorts",
        _list("socketPoolExcludedPorts", lambda items: [as_uint16(one) for one in items]),
    ),
    *_plain(as_uint16, ("udpPayloadSize",), is_shared=True),
    *_plain(as_bool, ("dnssecValidation", "eDnsClientSubnet"), is_shared=True),
    *_plain(
        as_byte,
        ("eDnsClientSubnetIPv4PrefixLength", "eDnsClientSubnetIPv6PrefixLength"),
        is_shared=True,
    ),
    _subnet("eDnsClientSubnetIpv4Override", 4),
    _subnet("eDnsClientSubnetIpv6Override", 6),
    _limits("qpmPrefixLimitsIPv4", 32),
    _limits("qpmPrefixLimitsIPv6", 128),
    *_plain(
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
    _networks("qpmLimitBypassList", is_shared=True),
    *_plain(
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
    *_plain(as_uint16, ("maxConcurrentResolutionsPerCore",), is_shared=True),
)
_WEB_SERVICE = (
    _special(
        "webServiceLocalAddresses",
        _list("webServiceLocalAddresses", values.web_addresses),
    ),
    *_plain(as_integer, ("webServiceHttpPort",)),
    *_plain(
        as_bool,
        (
            "webServiceEnableTls",
            "webServiceEnableHttp3",
            "webServiceHttpToTlsRedirect",
            "webServiceUseSelfSignedTlsCertificate",
        ),
    ),
    *_plain(as_integer, ("webServiceTlsPort",)),
    _special(
        "webServiceReverseProxyAddresses",
        _list("webServiceReverseProxyAddresses", values.reverse_proxies),
    ),
    _special(
        "webServiceRealIpHeader",
        _clearable(
            "webServiceRealIpHeader",
            values.header("Web Service Real IP", "webServiceRealIpHeader"),
            values.REAL_IP,
        ),
    ),
    _special("webServiceTlsCertificatePath", _certificate("webService")),
)
_PROTOCOLS = (
    *_plain(
        as_bool,
        (
            "enableEDnsClientSubnetSourceAddress",
            "enableDnsOverUdpProxy",
            "enableDnsOverTcpProxy",
            "enableDnsOverHttp",
            "enableDnsOverTls",
            "enableDnsOverHttps",
            "enableDnsOverHttp3",
            "enableDnsOverQuic",
        ),
    ),
    *_plain(
        as_integer,
        (
            "dnsOverUdpProxyPort",
            "dnsOverTcpProxyPort",
            "dnsOverHttpPort",
            "dnsOverTlsPort",
            "dnsOverHttpsPort",
            "dnsOverQuicPort",
        ),
    ),
    _special("dnsReverseProxyNetworkACL", _proxy_acl),
    _special(
        "dnsOverHttpRealIpHeader",
        _clearable(
            "dnsOverHttpRealIpHeader",
            values.header("DNS-over-HTTP Real IP", "DnsOverHttpRealIpHeader"),
            values.REAL_IP,
        ),
    ),
    _special("dnsTlsCertificatePath", _certificate("dns")),
    _special("tsigKeys", _tsig_keys, is_shared=True),
)
_RECURSION = (
    _special("recursion", _choice("recursion", values.RECURSIONS), is_shared=True),
    _networks("recursionNetworkACL", is_shared=True, may_refuse=True),
    *_plain(as_bool, ("randomizeName", "qnameMinimization"), is_shared=True),
    *_plain(
        as_integer,
        ("resolverRetries", "resolverTimeout", "resolverConcurrency", "resolverMaxStackCount"),
        is_shared=True,
    ),
)
_CACHE = (
    *_plain(as_bool, ("saveCache", "serveStale")),
    *_plain(as_ttl, ("serveStaleTtl", "serveStaleAnswerTtl", "serveStaleResetTtl")),
    *_plain(as_integer, ("serveStaleMaxWaitTime",)),
    *_plain(as_long, ("cacheMaximumEntries",)),
    *_plain(
        as_ttl,
        (
            "cacheMinimumRecordTtl",
            "cacheMaximumRecordTtl",
            "cacheNegativeRecordTtl",
            "cacheFailureRecordTtl",
        ),
    ),
    *_plain(
        as_integer,
        (
            "cachePrefetchEligibility",
            "cachePrefetchTrigger",
            "cachePrefetchSampleIntervalInMinutes",
            "cachePrefetchSampleEligibilityHitsPerHour",
        ),
    ),
)
_BLOCKING = (
    _special("enableBlocking", _blocking, is_shared=True),
    *_plain(as_bool, ("allowTxtBlockingReport",), is_shared=True),
    _networks("blockingBypassList", is_shared=True),
    _special("blockingType", _choice("blockingType", values.BLOCKING), is_shared=True),
    *_plain(as_ttl, ("blockingAnswerTtl",), is_shared=True),
    _special(
        "customBlockingAddresses",
        _list("customBlockingAddresses", values.custom_addresses),
        is_shared=True,
    ),
    _special("blockListUrls", _block_lists, is_shared=True),
    _special("blockListUpdateIntervalHours", _block_list_hours, is_shared=True),
)
_FORWARDING = (
    Field(
        name="proxyType",
        apply=_proxy,
        is_shared=True,
        keys=("proxy",),
        also=("proxyAddress", "proxyPort", "proxyUsername", "proxyPassword", "proxyBypass"),
    ),
    Field(
        name="forwarders",
        apply=_forwarders,
        is_shared=True,
        keys=("forwarders", "forwarderProtocol"),
        also=("forwarderProtocol",),
    ),
    *_plain(as_bool, ("concurrentForwarding",), is_shared=True),
    *_plain(
        as_integer,
        ("forwarderRetries", "forwarderTimeout", "forwarderConcurrency"),
        is_shared=True,
    ),
)
_LOGGING = (
    _special("loggingType", _logging),
    *_plain(as_bool, ("ignoreResolverLogs", "logQueries", "useLocalTime")),
    *_plain(str, ("logFolder",)),
    *_plain(as_integer, ("maxLogFileDays",)),
    *_plain(as_bool, ("enableInMemoryStats",)),
    *_plain(as_integer, ("maxStatFileDays",)),
)
FIELDS: tuple[Field, ...] = (
    *_GENERAL,
    *_WEB_SERVICE,
    *_PROTOCOLS,
    *_RECURSION,
    *_CACHE,
    *_BLOCKING,
    *_FORWARDING,
    *_LOGGING,
)
SHARED_KEYS = tuple(key for field in FIELDS if field.is_shared for key in field.keys)
