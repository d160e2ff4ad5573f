"""Every operation of node-proxy, a test holds it to the table of routes; its document as well."""

from typing import Any, Final

from companion.health import service_version
from companion.openapi.document import document

from node_proxy.openapi import dashboard, forward, health, logs, lookup, nodes, own

OPERATIONS: Final = (
    *forward.OPERATIONS,
    *health.OPERATIONS,
    *nodes.OPERATIONS,
    *dashboard.OPERATIONS,
    *lookup.OPERATIONS,
    *logs.OPERATIONS,
    *own.OPERATIONS,
)
# What is refused, or fails, before any operation is looked at; some of it by the door in front.
AT_THE_DOOR: Final = (
    *("invalid_request", "host_refused"),
    *("upstream_unavailable", "upstream_timeout"),
)


def node_proxy_document() -> dict[str, Any]:
    """All operations, as people see them who come through the door."""
    return document(
        OPERATIONS,
        title="node-proxy",
        version=service_version("node-proxy"),
        always=AT_THE_DOOR,
    )
