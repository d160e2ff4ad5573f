"""The A and PTR records that a node makes for who holds an address, or has one reserved.

They follow the scopes: `publish` compares what should be there with what it put there before.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from technitium_sandbox.calls.errors import ApiError
from technitium_sandbox.dhcp.scope import LeaseType, Scope
from technitium_sandbox.dns import domain_names
from technitium_sandbox.zones import making as zone_making
from technitium_sandbox.zones.records.record import Record
from technitium_sandbox.zones.zone import Zone, ZoneType

if TYPE_CHECKING:
    from technitium_sandbox.node import Node

_ORIGIN = "Via '{}' DHCP scope"
_OCTETS = 4
_OCTET_BITS = 8


@dataclass(frozen=True, slots=True)
class Published:
    """One record of this origin, under the name of the zone that should hold it."""

    zone: str
    name: str
    type: str
    value: str
    ttl_s: int
    scope: str
    is_firm: bool
    """Takes the place of what somebody put under that name."""

    @property
    def data(self) -> dict[str, object]:
        return {"ipAddress" if self.type == "A" else "ptrName": self.value}


def publish(node: "Node") -> None:
    """Have the zones say what the scopes say; a zone that is not there is made."""
    wanted = {(one.name, one.type): one for one in _wanted(node)}
    published, now = node.dhcp.published, node.clock.now()
    for key, one in list(published.items()):
        if wanted.get(key) != one:
            zone = node.zones.closest(one.name)
            if zone is not None and zone.type is ZoneType.PRIMARY:
                zone.take_away(one.name, one.type, one.data, now)
            del published[key]
    for key, one in wanted.items():
        if key not in published and _put(node, one):
            published[key] = one


def _wanted(node: "Node") -> Iterator[Published]:
    """Of two for one name the last counts: reservations before leases of other devices."""
    for scope in node.dhcp.sorted():
        if scope.enabled and scope.dns_updates and scope.domain_name:
            scope.settle(node.clock.now())
            dynamic = [one for one in scope.leases.values() if one.kind is LeaseType.DYNAMIC]
            for lease in dynamic:
                yield from _pair(scope, lease.host_name, lease.address, is_firm=scope.dns_overwrite)
            reserved = [one for one in scope.leases.values() if one.kind is LeaseType.RESERVED]
            for lease in reserved:
                yield from _pair(scope, lease.host_name, lease.address, is_firm=True)
            for kept in scope.reservations.values():
                if kept.host_name:
                    name = f"{kept.host_name}.{scope.domain_name}"
                    yield from _pair(scope, name, kept.address, is_firm=True)


def _pair(
    scope: Scope,
    host_name: str | None,
    address: IPv4Address,
    *,
    is_firm: bool,
) -> Iterator[Published]:
    name = (host_name or "").lower()
    if not name or not _is_name(name):
        return
    domain = str(scope.domain_name).lower()
    reverse = domain_names.of_address(address)
    where = reverse_zone(address, scope.mask)
    ttl, origin = scope.dns_ttl_s, scope.name
    yield Published(domain, name, "A", str(address), ttl, origin, is_firm)
    yield Published(where, reverse, "PTR", name, ttl, origin, is_firm)


def reverse_zone(address: IPv4Address, mask: IPv4Address) -> str:
    """The zone of as many whole octets as the mask leaves to the network."""
    kept = max(1, min(_OCTETS - 1, int(mask).bit_count() // _OCTET_BITS))
    return domain_names.of_address(address).split(".", _OCTETS - kept)[-1]


def _put(node: "Node", one: Published) -> bool:
    """False where the zone is not this node's to change, or somebody else's record is there."""
    zone = node.zones.closest(one.name) or _made(node, one.zone)
    if zone is None or zone.type is not ZoneType.PRIMARY or zone.internal:
        return False
    now = node.clock.now()
    held = zone.records_of(one.name, one.type)
    if not one.is_firm and any(not _is_ours(record) for record in held):
        return False
    record = Record(
        name=one.name,
        type=one.type,
        ttl=one.ttl_s,
        data=one.data,
        comments=_ORIGIN.format(one.scope),
        last_modified=now,
    )
    zone.put([record], now)
    return True


def _is_ours(record: Record) -> bool:
    """Also what was put there before the sandbox itself was started anew."""
    before, after = _ORIGIN.split("{}")
    comments = record.comments or ""
    return comments.startswith(before) and comments.endswith(after)


def _made(node: "Node", name: str) -> Zone | None:
    try:
        zone = zone_making.primary(node, name)
    except ApiError:
        return None
    node.zones.add(zone)
    return zone


def _is_name(name: str) -> bool:
    try:
        domain_names.check(name)
    except ApiError:
        return False
    return True
