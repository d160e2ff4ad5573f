"""Blocking: whether, how, for whom and by which lists."""

from typing import TYPE_CHECKING

from technitium_sandbox.calls.parameters import as_bool, as_integer, as_ttl
from technitium_sandbox.settings import values
from technitium_sandbox.settings.field import choice, listed, networks, plain, special
from technitium_sandbox.settings.source import Source

if TYPE_CHECKING:
    from technitium_sandbox.node import Node


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


FIELDS = (
    special("enableBlocking", _blocking, is_shared=True),
    *plain(as_bool, ("allowTxtBlockingReport",), is_shared=True),
    networks("blockingBypassList", is_shared=True),
    special("blockingType", choice("blockingType", values.BLOCKING), is_shared=True),
    *plain(as_ttl, ("blockingAnswerTtl",), is_shared=True),
    special(
        "customBlockingAddresses",
        listed("customBlockingAddresses", values.custom_addresses),
        is_shared=True,
    ),
    special("blockListUrls", _block_lists, is_shared=True),
    special("blockListUpdateIntervalHours", _block_list_hours, is_shared=True),
)
