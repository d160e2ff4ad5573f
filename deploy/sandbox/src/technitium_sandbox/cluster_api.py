"""`/api/admin/cluster/state`: the cluster as the node that answers sees it."""

from technitium_sandbox.cluster import (
    CONFIG_REFRESH_S,
    CONFIG_RETRY_S,
    HEARTBEAT_RETRY_S,
    HEARTBEAT_S,
)
from technitium_sandbox.errors import ApiError
from technitium_sandbox.routing import Call, Outcome


def state(call: Call) -> Outcome:
    node = call.node
    fields: dict[str, object] = {
        "version": node.version,
        "dnsServerDomain": node.domain,
        "clusterInitialized": node.cluster is not None,
    }
    if node.cluster is not None:
        fields |= {
            "clusterDomain": node.cluster.domain,
            "heartbeatRefreshIntervalSeconds": HEARTBEAT_S,
            "heartbeatRetryIntervalSeconds": HEARTBEAT_RETRY_S,
            "configRefreshIntervalSeconds": CONFIG_REFRESH_S,
            "configRetryIntervalSeconds": CONFIG_RETRY_S,
            "clusterNodes": node.cluster.rows(),
        }
    if call.parameters.flag("includeServerIpAddresses"):
        fields["serverIpAddresses"] = node.ip_addresses
    return fields


def resync(call: Call) -> Outcome:
    """Have a Secondary fetch everything from the Primary now."""
    cluster, failed = call.node.cluster, "Failed to resync configuration:"
    if cluster is None:
        raise ApiError(f"{failed} the Cluster is not initialized.")
    if not call.node.is_secondary:
        raise ApiError(f"{failed} only Secondary nodes can sync configuration from Primary nodes.")
    cluster.sync_from_primary()
    return {}
