"""The settings of a node and `/api/settings/get`; `settings.json` beside this has the defaults."""

from importlib import resources
from typing import Any

import msgspec

from technitium_sandbox.clock import timestamp
from technitium_sandbox.routing import Call, Outcome


def defaults() -> dict[str, Any]:
    """All settings of a new node, in the order of the API."""
    text = resources.files("technitium_sandbox").joinpath("settings.json").read_bytes()
    values: dict[str, Any] = msgspec.json.decode(text, type=dict[str, Any])
    return values


def settings_get(call: Call) -> Outcome:
    node = call.node
    fields: dict[str, object] = {
        "version": node.version,
        "uptimestamp": timestamp(node.up_since),
        "clusterInitialized": node.cluster is not None,
    }
    if node.cluster is not None:
        fields["clusterDomain"] = node.cluster.domain
        fields["clusterNodes"] = node.cluster.rows()
    fields["dnsServerDomain"] = node.domain
    return {**fields, **node.settings}
