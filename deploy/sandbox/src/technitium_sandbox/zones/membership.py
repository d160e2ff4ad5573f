"""Which catalogs somebody may use, and zones that become members of one."""

from typing import TYPE_CHECKING

from technitium_sandbox.accounts.permissions import Right
from technitium_sandbox.calls.errors import ApiError
from technitium_sandbox.calls.routing import Call
from technitium_sandbox.zones import catalogs, making
from technitium_sandbox.zones.access import (
    cluster_catalog,
    may,
)
from technitium_sandbox.zones.zone import Zone, ZoneType, name_server

if TYPE_CHECKING:
    pass


def usable_catalogs(call: Call) -> list[str]:
    """Catalogs to which the caller may add zones."""
    return [
        zone.name
        for zone in call.node.zones.visible_to(call.user, Right.MODIFY)
        if zone.type is ZoneType.CATALOG and not zone.disabled
    ]


def usable_catalog(call: Call, name: str) -> Zone:
    zone = call.node.zones.find(name.lower())
    if zone is None:
        raise ApiError(f"No such Catalog zone was found: {name}")
    if not may(call, zone, Right.MODIFY):
        raise ApiError(f"Access was denied to use Catalog zone: {zone.name}")
    if zone.type is not ZoneType.CATALOG:
        raise ApiError(f"No such Catalog zone was found: {name}")
    return zone


def become_member(call: Call, catalog: Zone, zone: Zone) -> None:
    """A Primary zone in the cluster's catalog is served by every node of the cluster."""
    node, now = call.node, call.node.clock.now()
    catalogs.join(catalog, zone, now, node.randomness)
    if node.cluster is None or catalog.name != cluster_catalog(call):
        return
    if zone.type is ZoneType.PRIMARY:
        ttl = making.record_ttl(node, "NS")
        names = [member.name for member in node.cluster.members]
        zone.put([name_server(zone.name, name, ttl=ttl, now=now) for name in names], now)
