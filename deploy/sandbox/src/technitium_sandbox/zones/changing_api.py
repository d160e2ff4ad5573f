"""`/api/zones/clone` and `/convert`: zones made of other zones."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from technitium_sandbox.accounts.permissions import Right
from technitium_sandbox.calls.errors import ApiError
from technitium_sandbox.calls.routing import Call, Outcome
from technitium_sandbox.dns import domain_names
from technitium_sandbox.zones import making
from technitium_sandbox.zones.access import (
    demand,
    existing,
    name_of_zone,
    refuse_internal,
)
from technitium_sandbox.zones.dnssec.signing import records_without_signatures
from technitium_sandbox.zones.zone import Zone, ZoneType

if TYPE_CHECKING:
    from technitium_sandbox.node import Node

from technitium_sandbox.zones.access import spare_cluster, type_of


def clone(call: Call) -> Outcome:
    """A copy under another name, with the serial, options and rights of its source."""
    name = name_of_zone(call)
    source_name = call.parameters.required("sourceZone").strip(".")
    source = existing(call, domain_names.to_ascii(source_name))
    demand(call, source, Right.VIEW)
    node, now = call.node, call.node.clock.now()
    if source.type is ZoneType.PRIMARY:
        zone = making.primary(node, name)
    elif source.type is ZoneType.FORWARDER:
        zone = making.forwarder(node, name)
    else:
        raise ApiError(
            "Cannot clone the zone: source zone must be a Primary or Conditional Forwarder zone."
        )
    if node.zones.find(zone.name) is not None:
        raise ApiError("Failed to clone the zone: zone already exists.")
    _copy(source, zone, now)
    making.open_to(zone, call.user)
    node.zones.add(zone)
    return {}


def convert(call: Call) -> Outcome:
    name, wanted = name_of_zone(call), call.parameters.required("type")
    zone_type = type_of(wanted)
    zone = existing(call, name)
    refuse_internal(zone)
    demand(call, zone, Right.DELETE)
    spare_cluster(call, zone, "convert")
    _check_conversion(zone, zone_type)
    node = call.node
    fresh = _PLAIN_MAKERS[zone_type](node, zone.name)
    _carry_over(zone, fresh)
    node.zones.add(fresh)
    return {}


def _carry_over(zone: Zone, fresh: Zone) -> None:
    """Records that mean something in the new type; rights and membership stay."""
    lost = _LOST[fresh.type]
    kept = [one for one in records_without_signatures(zone) if one.type not in lost]
    if "SOA" not in lost:
        fresh.clear()
    fresh.load(kept)
    fresh.grants, fresh.catalog, fresh.disabled = zone.grants, zone.catalog, zone.disabled


def _copy(source: Zone, zone: Zone, now: float) -> None:
    zone.clear()
    zone.load(
        one.moved(_renamed(one.name, source, zone), now)
        for one in records_without_signatures(source)
        if one.type != "DS"
    )
    zone.disabled, zone.options = source.disabled, source.options.copied()
    zone.grants.users |= source.grants.users
    zone.grants.groups |= source.grants.groups


def _renamed(name: str, source: Zone, zone: Zone) -> str:
    return name.removesuffix(source.name) + zone.name


def _check_conversion(zone: Zone, wanted: ZoneType) -> None:
    kinds = f"from {zone.type.label} to {wanted.label}"
    failed = f"Cannot convert the zone '{zone.shown_name}' {kinds} zone:"
    if zone.type is wanted:
        raise ApiError(f"{failed} the zone is already of the same type.")
    if wanted not in _CONVERSIONS.get(zone.type, ()):
        raise ApiError(f"{failed} not supported.")
    if zone.type is ZoneType.PRIMARY and zone.signing is not None:
        raise ApiError(f"{failed} converting the zone will cause lose of DNSSEC private keys.")


_LOST: dict[ZoneType, frozenset[str]] = {
    ZoneType.PRIMARY: frozenset({"FWD"}),
    ZoneType.FORWARDER: frozenset({"SOA", "NS", "DS"}),
    ZoneType.CATALOG: frozenset(),
}
_PLAIN_MAKERS: dict[ZoneType, Callable[["Node", str], Zone]] = {
    ZoneType.PRIMARY: making.primary,
    ZoneType.FORWARDER: making.forwarder,
    ZoneType.CATALOG: making.catalog,
}
_OWN = (ZoneType.PRIMARY, ZoneType.FORWARDER, ZoneType.CATALOG)
_CONVERSIONS: dict[ZoneType, tuple[ZoneType, ...]] = {
    ZoneType.PRIMARY: (ZoneType.FORWARDER,),
    ZoneType.FORWARDER: (ZoneType.PRIMARY,),
    ZoneType.SECONDARY: _OWN,
    ZoneType.SECONDARY_FORWARDER: _OWN,
    ZoneType.SECONDARY_CATALOG: _OWN,
}
