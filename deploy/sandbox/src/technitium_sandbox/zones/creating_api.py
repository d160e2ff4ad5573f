"""`/api/zones/create`: new zones of every type."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from technitium_sandbox.calls.errors import ApiError
from technitium_sandbox.calls.routing import Call, Outcome
from technitium_sandbox.dns import domain_names
from technitium_sandbox.dns.codes import PROTOCOLS
from technitium_sandbox.zones import making
from technitium_sandbox.zones.files.files_api import uploaded_records
from technitium_sandbox.zones.records.reading import forwarder_data
from technitium_sandbox.zones.records.values import choice
from technitium_sandbox.zones.zone import Zone, ZoneType

if TYPE_CHECKING:
    pass

from technitium_sandbox.zones.access import type_of
from technitium_sandbox.zones.membership import become_member, usable_catalog

_V4_BYTES, _V6_NIBBLES = 4, 32
_BYTE_BITS, _NIBBLE_BITS = 8, 4


def create(call: Call) -> Outcome:
    name = _new_name(_name_sent(call))
    zone_type = type_of(call.parameters.optional("type") or "Primary")
    imported = uploaded_records(call, name) if zone_type in _WITH_RECORDS else None
    catalog = _catalog(call, zone_type)
    zone = _MAKERS[zone_type](call, name)
    if call.node.zones.find(zone.name) is not None:
        raise ApiError(f"Zone already exists: {name}")
    making.open_to(zone, call.user)
    call.node.zones.add(zone)
    call.node.resolver.cache.delete(zone.name)
    now = call.node.clock.now()
    if catalog is not None:
        become_member(call, catalog, zone)
    if imported is not None:
        zone.drop(zone.name, "NS" if zone_type is ZoneType.PRIMARY else "FWD", now)
        imported.into(zone, now, overwrites=False)
    return {"domain": zone.shown_name}


def _new_name(text: str) -> str:
    """A name, or the reverse name of an address or a network; networks end at whole labels."""
    address = domain_names.as_address(text)
    if address is not None:
        return domain_names.of_address(address)
    network, slash, width = text.partition("/")
    address = domain_names.as_address(network) if slash and width.isdigit() else None
    if address is not None and len(width) < _V4_BYTES:
        return _reverse_zone(domain_names.of_address(address), int(width))
    name = text if slash else text.strip(".")
    if "*" in name:
        raise ApiError("Domain name for a zone cannot contain wildcard character.")
    for letter in ("\0", "/"):
        if letter in name:
            raise ApiError(f"The zone name contains an invalid character: {letter}")
    return domain_names.to_ascii(name)


def _name_sent(call: Call) -> str:
    parameters = call.parameters
    return (
        parameters.optional("zone") or parameters.optional("domain") or parameters.required("zone")
    )


def _reverse_zone(name: str, bits: int) -> str:
    labels = name.split(".")
    is_v4 = labels[-2] == "in-addr"
    whole, size = (_V4_BYTES, _BYTE_BITS) if is_v4 else (_V6_NIBBLES, _NIBBLE_BITS)
    kept = min(-(-bits // size), whole)
    return ".".join(labels[whole - kept :])


def _catalog(call: Call, zone_type: ZoneType) -> Zone | None:
    name = call.parameters.optional("catalog")
    joins = zone_type in (ZoneType.PRIMARY, ZoneType.STUB, ZoneType.FORWARDER)
    return usable_catalog(call, name) if name and joins else None


def _primary(call: Call, name: str) -> Zone:
    scheme = call.parameters.optional("useSoaSerialDateScheme")
    uses = None if scheme is None else call.parameters.flag("useSoaSerialDateScheme")
    return making.primary(call.node, name, uses_date_scheme=uses)


def _forwarder(call: Call, name: str) -> Zone:
    begins = call.parameters.flag("initializeForwarder", default=True)
    data = forwarder_data(call.parameters) if begins else None
    return making.forwarder(call.node, name, data)


def _catalog_zone(call: Call, name: str) -> Zone:
    return making.catalog(call.node, name)


def _unreachable(_call: Call, name: str) -> Zone:
    """There is no other server in this small world that would give a zone away."""
    domain_names.check(name)
    raise ApiError(
        "DNS Server did not receive SOA record in response from any of the primary name servers"
        f" for: {name}"
    )


def _fetched(zone_type: ZoneType) -> Callable[[Call, str], Zone]:
    def make(call: Call, name: str) -> Zone:
        servers = call.parameters.required("primaryNameServerAddresses")
        protocol = call.parameters.optional("zoneTransferProtocol") or "Tcp"
        zone = making.transferred(call.node, name, zone_type)
        zone.options.primary_servers = [one.strip() for one in servers.split(",") if one.strip()]
        zone.options.transfer_protocol = choice(protocol, names=PROTOCOLS)
        zone.options.transfer_key = call.parameters.optional("tsigKeyName")
        return zone

    return make


_WITH_RECORDS = (ZoneType.PRIMARY, ZoneType.FORWARDER)
_MAKERS: dict[ZoneType, Callable[[Call, str], Zone]] = {
    ZoneType.PRIMARY: _primary,
    ZoneType.SECONDARY: _unreachable,
    ZoneType.STUB: _unreachable,
    ZoneType.FORWARDER: _forwarder,
    ZoneType.SECONDARY_FORWARDER: _fetched(ZoneType.SECONDARY_FORWARDER),
    ZoneType.CATALOG: _catalog_zone,
    ZoneType.SECONDARY_CATALOG: _fetched(ZoneType.SECONDARY_CATALOG),
}
