"""Forwarders, and the proxy on the way to them."""

from typing import TYPE_CHECKING

from technitium_sandbox.calls.parameters import as_bool, as_integer
from technitium_sandbox.settings import values
from technitium_sandbox.settings.field import Field, plain
from technitium_sandbox.settings.source import Source

if TYPE_CHECKING:
    from technitium_sandbox.node import Node


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


FIELDS = (
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
    *plain(as_bool, ("concurrentForwarding",), is_shared=True),
    *plain(
        as_integer,
        ("forwarderRetries", "forwarderTimeout", "forwarderConcurrency"),
        is_shared=True,
    ),
)
