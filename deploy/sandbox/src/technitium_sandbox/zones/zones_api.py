"""`/api/zones/…`: list, remove, switch and refresh zones."""

from typing import TYPE_CHECKING

from technitium_sandbox.accounts.permissions import Right
from technitium_sandbox.calls.errors import ApiError
from technitium_sandbox.calls.routing import Call, Outcome
from technitium_sandbox.zones import catalogs
from technitium_sandbox.zones.access import (
    zone_for,
)
from technitium_sandbox.zones.zone import TRANSFERRED, Zone, ZoneType

if TYPE_CHECKING:
    pass

from technitium_sandbox.zones.access import spare_cluster
from technitium_sandbox.zones.membership import usable_catalogs

DEFAULT_PAGE_ROWS = 10


def row(call: Call, zone: Zone) -> dict[str, object]:
    return zone.row(call.node.clock.now(), has_key_flag=call.node.version.shows_private_keys)


def zones_list(call: Call) -> Outcome:
    """Zones that the caller may view; all of them, or a page when `pageNumber` is given."""
    zones = call.node.zones.visible_to(call.user)
    if call.parameters.optional("pageNumber") is None:
        return {"zones": [row(call, zone) for zone in zones]}
    page = call.parameters.integer("pageNumber", 1) or 1
    size = call.parameters.integer("zonesPerPage", DEFAULT_PAGE_ROWS)
    if size == 0 and zones:
        raise ApiError("Attempted to divide by zero.")
    pages = -(-len(zones) // size) if zones else 0
    page = pages if page < 0 or page > pages else page
    shown = zones[max(page - 1, 0) * size : page * size] if zones else []
    return {
        "pageNumber": page,
        "totalPages": pages,
        "totalZones": len(zones),
        "zones": [row(call, zone) for zone in shown],
    }


def catalogs_list(call: Call) -> Outcome:
    return {"catalogZoneNames": usable_catalogs(call)}


def delete(call: Call) -> Outcome:
    zone = zone_for(call, Right.DELETE, also_domain=True)
    spare_cluster(call, zone, "delete")
    zones, now = call.node.zones, call.node.clock.now()
    if zone.type in (ZoneType.CATALOG, ZoneType.SECONDARY_CATALOG):
        _release_members(call, zone)
    zones.remove(zone.name)
    if zone.catalog is not None:
        catalogs.leave(zones, zone, now)
    call.node.resolver.cache.delete(zone.name)
    return {}


def enable(call: Call) -> Outcome:
    zone = zone_for(call, Right.MODIFY, also_domain=True)
    _switch(call, zone, disabled=False)
    return {}


def disable(call: Call) -> Outcome:
    zone = zone_for(call, Right.MODIFY, also_domain=True)
    spare_cluster(call, zone, "disable")
    _switch(call, zone, disabled=True)
    return {}


def _switch(call: Call, zone: Zone, *, disabled: bool) -> None:
    """What was learnt while the zone was on or off is forgotten."""
    zone.disabled = disabled
    zone.touched(call.node.clock.now())
    call.node.resolver.cache.delete(zone.name)


def resync(call: Call) -> Outcome:
    zone = zone_for(call, Right.MODIFY, also_domain=True)
    if zone.type not in TRANSFERRED:
        raise ApiError(
            "Only Secondary, Secondary Forwarder, Secondary Catalog, and Stub zones support resync."
        )
    return {}


def _release_members(call: Call, catalog: Zone) -> None:
    """Members of a catalog stay as they are; those of a Secondary catalog go with it."""
    for member in [one for one in call.node.zones if one.catalog == catalog.name]:
        if catalog.type is ZoneType.CATALOG:
            member.catalog = None
        else:
            call.node.zones.remove(member.name)
