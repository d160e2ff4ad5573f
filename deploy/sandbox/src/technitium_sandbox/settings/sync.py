"""Settings that a cluster has in common: to the Primary by call, from it by its saved state."""

from typing import TYPE_CHECKING

from technitium_sandbox.accounts.permissions import Right
from technitium_sandbox.calls.errors import ApiError, access_denied
from technitium_sandbox.calls.routing import Call
from technitium_sandbox.settings import fields
from technitium_sandbox.settings.source import Source

if TYPE_CHECKING:
    from technitium_sandbox.node import Node


def take(node: "Node", primary: "Node") -> None:
    """Give a Secondary the settings that a cluster has in common.

    A pause of blocking is not written down by the Primary, so it is not learnt this way.
    """
    for key in fields.SHARED_KEYS:
        if key == "enableBlocking" and (primary.updates.is_paused or node.updates.is_paused):
            continue
        if key in node.settings and key in primary.settings:
            is_other = node.settings[key] != primary.settings[key]
            node.settings[key] = primary.settings[key]
            if key == "blockListUrls" and is_other:
                node.updates.lists_changed()


def tell_primary(call: Call, source: Source) -> None:
    """The Primary applies them by the same person's rights there."""
    cluster = call.node.cluster
    if cluster is None:
        return
    primary = cluster.peer(cluster.primary)
    if primary is None:
        refused = "Connection refused"
        raise ApiError(f"{refused} ({cluster.primary.name}:53443)", inner=refused)
    person = primary.directory.user(call.user.username)
    if not primary.directory.allows(person, "Settings", Right.MODIFY):
        raise access_denied()
    fields.apply(primary, source)
    primary.config_changed()
