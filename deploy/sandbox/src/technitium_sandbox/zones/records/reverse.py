"""PTR records that go with addresses: made on wish, forgotten with the address."""

from ipaddress import ip_address

from technitium_sandbox.calls.errors import ApiError
from technitium_sandbox.calls.routing import Call
from technitium_sandbox.dns import domain_names
from technitium_sandbox.zones import making as zone_making
from technitium_sandbox.zones.records.record import Record
from technitium_sandbox.zones.table import ZoneTable
from technitium_sandbox.zones.zone import Zone, ZoneType

_HOLDERS = (ZoneType.PRIMARY, ZoneType.FORWARDER)
# Labels of a reverse name that stand for the host in a zone made for it: /24 and /64.
_V4_HOST_LABELS, _V6_HOST_LABELS = 1, 16


def point(call: Call, record: Record, domain: str) -> None:
    """Have the address of `record` point to `domain`, in place of what it pointed to."""
    name = _reverse_name(record)
    zone, now = _reverse_zone(call, name), call.node.clock.now()
    pointer = Record(
        name=name,
        type="PTR",
        ttl=record.ttl,
        data={"ptrName": domain.lower()},
        expiry_ttl=record.expiry_ttl,
        last_modified=now,
    )
    zone.put([pointer], now)


def repoint(call: Call, domain: str, old_address: str, new: Record) -> None:
    """The same for an address that takes the place of another."""
    _reverse_zone(call, _reverse_name(new))
    name = domain_names.of_address(ip_address(old_address))
    zone = call.node.zones.closest(name)
    if zone is not None and _can_hold(zone):
        zone.drop(name, "PTR", call.node.clock.now())
    point(call, new, domain)


def forget(zones: ZoneTable, name: str, address: str, now: float) -> None:
    """Remove the pointer from an address to a name that no longer has it."""
    reverse = domain_names.of_address(ip_address(address))
    zone = zones.closest(reverse)
    if zone is not None and _can_hold(zone):
        zone.take_away(reverse, "PTR", {"ptrName": name}, now)


def _reverse_name(record: Record) -> str:
    return domain_names.of_address(ip_address(str(record.data["ipAddress"])))


def _reverse_zone(call: Call, name: str) -> Zone:
    zone = call.node.zones.closest(name)
    if zone is None:
        if not call.parameters.flag("createPtrZone"):
            raise ApiError("No reverse zone available to add PTR record.")
        zone = _made(call, name)
    if zone.internal:
        raise ApiError(f"Reverse zone '{zone.shown_name}' is an internal zone.")
    if zone.type not in _HOLDERS:
        raise ApiError(f"Reverse zone '{zone.shown_name}' is not a primary or forwarder zone.")
    return zone


def _made(call: Call, name: str) -> Zone:
    is_v6 = name.endswith("ip6.arpa")
    labels = name.split(".")[_V6_HOST_LABELS if is_v6 else _V4_HOST_LABELS :]
    zone = zone_making.primary(call.node, ".".join(labels))
    zone_making.open_to(zone, call.user)
    call.node.zones.add(zone)
    return zone


def _can_hold(zone: Zone) -> bool:
    return not zone.internal and zone.type in _HOLDERS
