"""The optional protocols of the DNS server, their certificate, and TSIG keys."""

from typing import TYPE_CHECKING

from technitium_sandbox.calls.dotnet_elements import refuse_twins
from technitium_sandbox.calls.errors import ApiError
from technitium_sandbox.calls.parameters import as_bool, as_integer
from technitium_sandbox.settings import values
from technitium_sandbox.settings.certificate import certificate
from technitium_sandbox.settings.field import clearable, plain, special
from technitium_sandbox.settings.source import Source

if TYPE_CHECKING:
    from technitium_sandbox.node import Node

_KEY_COLUMNS = ("keyName", "sharedSecret", "algorithmName")


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


FIELDS = (
    *plain(
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
    *plain(
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
    special("dnsReverseProxyNetworkACL", _proxy_acl),
    special(
        "dnsOverHttpRealIpHeader",
        clearable(
            "dnsOverHttpRealIpHeader",
            values.header("DNS-over-HTTP Real IP", "DnsOverHttpRealIpHeader"),
            values.REAL_IP,
        ),
    ),
    special("dnsTlsCertificatePath", certificate("dns")),
    special("tsigKeys", _tsig_keys, is_shared=True),
)
