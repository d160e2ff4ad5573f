"""The settings of a node, by the keys and in the order of `settings/get`.

`settings.json` beside this has what 15.2 is installed with; values are replaced, never changed.
"""

from importlib import resources
from typing import TYPE_CHECKING, Any

import msgspec

from technitium_sandbox.clock import timestamp
from technitium_sandbox.versions import V15_2, Version

if TYPE_CHECKING:
    from technitium_sandbox.node import Node

MASK = "************"
_PASSWORDS = {
    "webServiceTlsCertificatePassword": "webServiceTlsCertificatePath",
    "dnsTlsCertificatePassword": "dnsTlsCertificatePath",
}
# Keys that only older releases have, each with the one behind which it stands.
_OLDER: tuple[tuple[str, Any, str], ...] = (
    ("reverseProxyNetworkACL", [], "dnsReverseProxyNetworkACL"),
    ("qpmLimitRequests", 0, "qpmPrefixLimitsIPv4"),
    ("qpmLimitErrors", 0, "qpmPrefixLimitsIPv6"),
    ("qpmLimitIPv4PrefixLength", 24, "qpmLimitUdpTruncationPercentage"),
    ("qpmLimitIPv6PrefixLength", 56, "qpmLimitUdpTruncationPercentage"),
)


def defaults(version: Version = V15_2) -> dict[str, Any]:
    """All settings of a new node of that release."""
    text = resources.files("technitium_sandbox.settings").joinpath("settings.json").read_bytes()
    values: dict[str, Any] = msgspec.json.decode(text, type=dict[str, Any])
    if not version.settings_lacking:
        return values
    found: dict[str, Any] = {}
    for key, value in values.items():
        if key not in version.settings_lacking:
            found[key] = value
            continue
        found |= {older: given for older, given, newer in _OLDER if newer == key}
    return found


def view(node: "Node") -> dict[str, object]:
    """What `settings/get` shows."""
    fields: dict[str, object] = {
        "version": node.version.text,
        "uptimestamp": timestamp(node.up_since),
    }
    if node.version.has_clusters:
        fields["clusterInitialized"] = node.cluster is not None
    if node.cluster is not None:
        fields["clusterDomain"] = node.cluster.domain
        fields["clusterNodes"] = node.cluster.rows()
    fields["dnsServerDomain"] = node.domain
    till, following = node.updates.paused_till(), node.updates.next_download()
    for key, value in node.settings.items():
        fields[key] = _masked(node, key) if key in _PASSWORDS else value
        if key == "blockingBypassList" and till is not None:
            fields["temporaryDisableBlockingTill"] = till
        if key == "blockListUpdateIntervalHours" and following is not None:
            fields["blockListNextUpdatedOn"] = following
    return fields


def _masked(node: "Node", key: str) -> str | None:
    """A password is never shown; older releases mask one that is not there, too."""
    is_set = node.settings[_PASSWORDS[key]] is not None
    return MASK if is_set or node.version.masks_unset_passwords else None
