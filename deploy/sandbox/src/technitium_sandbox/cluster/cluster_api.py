"""`/api/admin/cluster/…`: the cluster as the node that answers sees it, and what is done to it."""

import io
import zipfile
from dataclasses import replace

from technitium_sandbox.accounts.permissions import Right
from technitium_sandbox.calls.envelope import download
from technitium_sandbox.calls.errors import ApiError
from technitium_sandbox.calls.parameters import Parameters, as_integer, as_items
from technitium_sandbox.calls.routing import Call, Handler, Outcome, Route
from technitium_sandbox.cluster import ending, making, roles
from technitium_sandbox.cluster.cluster import Cluster
from technitium_sandbox.cluster.members import Intervals, Member, Role, host_and_port
from technitium_sandbox.dns import domain_names

MAX_ADDRESSES = 10
_HEARTBEAT_RANGE = (10, 300)
_CONFIG_RANGE = (30, 3600)


def state(call: Call) -> Outcome:
    node = call.node
    fields: dict[str, object] = {
        "version": node.version.text,
        "dnsServerDomain": node.domain,
        "clusterInitialized": node.cluster is not None,
    }
    if node.cluster is not None:
        fields["clusterDomain"] = node.cluster.domain
        fields |= node.cluster.intervals.row()
        fields["clusterNodes"] = node.cluster.rows()
    if call.parameters.flag("includeServerIpAddresses"):
        fields["serverIpAddresses"] = [
            one for one in node.ip_addresses if not one.startswith("127.") and one != "::1"
        ]
    return fields


def init(call: Call) -> Outcome:
    domain = call.parameters.required("clusterDomain")
    addresses = _addresses(call.parameters, "primaryNodeIpAddresses")
    making.initialize(call.node, domain, addresses, call.user.username)
    return state(call)


def init_join(call: Call) -> Outcome:
    parameters = call.parameters
    addresses = _addresses(parameters, "secondaryNodeIpAddresses")
    url = parameters.required("primaryNodeUrl")
    address = parameters.optional("primaryNodeIpAddress")
    if address is not None:
        _address(address)
    for name in ("primaryNodeUsername", "primaryNodePassword"):
        parameters.required(name)
    parameters.flag("ignoreCertificateErrors")
    making.join(call, addresses, url, address)
    return state(call)


def primary_join(call: Call) -> Outcome:
    member = _secondary(call.parameters)
    making.add_secondary(call.node, member)
    return state(call)


def set_options(call: Call) -> Outcome:
    failed = "Failed to update Cluster options:"
    parameters = call.parameters
    cluster = roles.led(call.node, failed, "update Cluster options")
    now = cluster.intervals
    intervals = Intervals(
        heartbeat_refresh=_interval(
            parameters, "heartbeatRefreshIntervalSeconds", now.heartbeat_refresh, _HEARTBEAT_RANGE
        ),
        heartbeat_retry=_interval(
            parameters, "heartbeatRetryIntervalSeconds", now.heartbeat_retry, _HEARTBEAT_RANGE
        ),
        config_refresh=_interval(
            parameters, "configRefreshIntervalSeconds", now.config_refresh, _CONFIG_RANGE
        ),
        config_retry=_interval(
            parameters, "configRetryIntervalSeconds", now.config_retry, _CONFIG_RANGE
        ),
    )
    if intervals.config_refresh <= intervals.heartbeat_refresh:
        raise ApiError(
            "Config refresh interval must be greater than the heartbeat refresh interval."
            " (Parameter 'configRefreshIntervalSeconds')"
        )
    cluster.intervals = intervals
    cluster.accounts_changed()
    return state(call)


def remove_secondary(call: Call) -> Outcome:
    ending.remove_secondary(call.node, _member_id(call))
    return state(call)


def delete_secondary(call: Call) -> Outcome:
    ending.delete_secondary(call.node, _member_id(call))
    return state(call)


def update_secondary(call: Call) -> Outcome:
    """A Secondary tells its Primary that it has another name or other addresses."""
    member, failed = _secondary(call.parameters), "Failed to update Secondary node:"
    cluster = roles.led(call.node, failed, "update Secondary nodes")
    before = roles.secondary_of(cluster, member.node_id, failed)
    _change(cluster, before, member)
    return state(call)


def primary_delete(call: Call) -> Outcome:
    ending.delete(call.node, is_forced=call.parameters.flag("forceDelete"))
    return state(call)


def transfer_config(call: Call) -> Outcome:
    """A zip by name only: the nodes of a sandbox hand over their state without it."""
    call.parameters.flag("includeZones")
    failed = "Failed to transfer configuration:"
    roles.led(call.node, failed, "transfer configuration")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in ("auth.config", "cluster.config", "dns.config"):
            archive.writestr(name, b"")
    return download(packed.getvalue(), "config.zip", b"application/zip")


def leave(call: Call) -> Outcome:
    ending.leave(call.node, is_forced=call.parameters.flag("forceLeave"))
    return state(call)


def notify(call: Call) -> Outcome:
    """The Primary says that there is something to fetch, and who it is."""
    parameters, failed = call.parameters, "Failed to notify:"
    node_id = as_integer(parameters.required("primaryNodeId"))
    host, port = host_and_port(parameters.required("primaryNodeUrl"))
    addresses = _addresses(parameters, "primaryNodeIpAddresses")
    cluster = roles.followed(call.node, failed, "be notified")
    if node_id != cluster.primary.node_id and cluster.wire.find(host) is None:
        raise ApiError(f"{failed} the node is not the Primary of this Cluster.")
    if host == cluster.primary.name:
        primary = replace(cluster.primary, ip_addresses=addresses, port=port)
        _change(cluster, cluster.primary, primary)
    cluster.fetch_soon()
    return {}


def resync(call: Call) -> Outcome:
    """Have a Secondary fetch now what its Primary has written down."""
    cluster = roles.followed(
        call.node, "Failed to resync configuration:", "sync configuration from Primary nodes"
    )
    cluster.fetch()
    return {}


def update_primary(call: Call) -> Outcome:
    """Where the Primary is, when it has moved."""
    host, port = host_and_port(call.parameters.required("primaryNodeUrl"))
    cluster = roles.followed(call.node, "Failed to update Primary node:", "update Primary node")
    before = cluster.primary
    addresses = before.ip_addresses
    if call.parameters.optional("primaryNodeIpAddresses") is not None:
        addresses = _addresses(call.parameters, "primaryNodeIpAddresses")
    if cluster.wire.find(host) is None:
        raise ApiError(f"Connection refused ({host}:{port})", inner="Connection refused")
    _change(cluster, before, replace(before, name=host, port=port, ip_addresses=addresses))
    return state(call)


def promote(call: Call) -> Outcome:
    ending.promote(call.node, is_forced=call.parameters.flag("forceDeletePrimary"))
    return state(call)


def update_ip_address(call: Call) -> Outcome:
    """This node's own addresses, here and, from a Secondary, on its Primary first."""
    addresses = _addresses(call.parameters, "ipAddresses")
    cluster = roles.clustered(call.node, "Failed to update IP address:")
    member = replace(cluster.me, ip_addresses=addresses)
    if not cluster.is_primary:
        primary = cluster.peer(cluster.primary)
        if primary is None or primary.cluster is None:
            raise roles.refused(cluster.primary)
        _change(primary.cluster, cluster.me, member)
    _change(cluster, cluster.me, member)
    return state(call)


def _change(cluster: Cluster, before: Member, after: Member) -> None:
    others = [one for one in cluster.members if one.name != before.name]
    if any(one.name == after.name for one in others):
        raise ApiError(f"A node with the same DNS Server Domain Name already exists: {after.name}")
    cluster.adopt([*others, after], cluster.intervals)
    cluster.accounts_changed()


def _secondary(parameters: Parameters) -> Member:
    """A member as it introduces itself."""
    node_id = as_integer(parameters.required("secondaryNodeId"))
    host, port = host_and_port(parameters.required("secondaryNodeUrl"))
    addresses = _addresses(parameters, "secondaryNodeIpAddresses")
    parameters.required("secondaryNodeCertificate")
    return Member(
        node_id=node_id, name=host, ip_addresses=addresses, role=Role.SECONDARY, port=port
    )


def _member_id(call: Call) -> int:
    return as_integer(call.parameters.required("secondaryNodeId"))


def _addresses(parameters: Parameters, name: str) -> tuple[str, ...]:
    addresses = tuple(_address(one) for one in as_items(parameters.required(name)))
    if not addresses:
        raise ApiError(f"Parameter '{name}' missing.")
    if len(addresses) > MAX_ADDRESSES:
        raise ApiError(f"Cannot have more than {MAX_ADDRESSES} IP addresses. (Parameter '{name}')")
    return addresses


def _address(text: str) -> str:
    address = domain_names.as_address(text)
    if address is None:
        raise ApiError("An invalid IP address was specified.", inner="Invalid argument")
    return str(address)


def _interval(parameters: Parameters, name: str, now: int, allowed: tuple[int, int]) -> int:
    value = parameters.integer(name, now)
    if not allowed[0] <= value <= allowed[1]:
        raise ApiError(
            f"Value must be between {allowed[0]}-{allowed[1]} seconds. (Parameter '{name}')"
        )
    return value


_CALLS: tuple[tuple[str, Right, Handler], ...] = (
    ("state", Right.VIEW, state),
    ("init", Right.DELETE, init),
    ("initJoin", Right.DELETE, init_join),
    ("primary/join", Right.DELETE, primary_join),
    ("primary/setOptions", Right.MODIFY, set_options),
    ("primary/removeSecondary", Right.DELETE, remove_secondary),
    ("primary/deleteSecondary", Right.DELETE, delete_secondary),
    ("primary/updateSecondary", Right.DELETE, update_secondary),
    ("primary/delete", Right.DELETE, primary_delete),
    ("primary/transferConfig", Right.DELETE, transfer_config),
    ("secondary/leave", Right.DELETE, leave),
    ("secondary/notify", Right.DELETE, notify),
    ("secondary/resync", Right.MODIFY, resync),
    ("secondary/updatePrimary", Right.MODIFY, update_primary),
    ("secondary/promote", Right.DELETE, promote),
    ("updateIpAddress", Right.MODIFY, update_ip_address),
)
ROUTES = tuple(
    Route(path=f"/api/admin/cluster/{path}", needs=(("Administration", right),), handler=handler)
    for path, right, handler in _CALLS
)
