"""The two zones of a cluster: its domain, and the catalog by which its zones reach Secondaries.

The domain has for each node its NS, its addresses, and the TLSA record of its certificate.
"""

from typing import TYPE_CHECKING

from technitium_sandbox.cluster.members import Member
from technitium_sandbox.zones import catalogs
from technitium_sandbox.zones import copies as zone_copies
from technitium_sandbox.zones import making as zone_making
from technitium_sandbox.zones.dnssec import signing as dnssec
from technitium_sandbox.zones.records.record import Record
from technitium_sandbox.zones.zone import Zone

if TYPE_CHECKING:
    from technitium_sandbox.node import Node

Serials = tuple[tuple[str, int], ...]

CERTIFICATE_BYTES = 32
# As recorded: where the serials are after init, and by how much each node that comes moves them.
_SERIAL, _SERIAL_PER_NODE = 18, 13
_CATALOG_SERIAL, _CATALOG_SERIAL_PER_NODE = 8, 1


def catalog_name(domain: str) -> str:
    return f"cluster-catalog.{domain}"


def names(domain: str) -> tuple[str, str]:
    return domain, catalog_name(domain)


def make(node: "Node", member: Member, domain: str) -> None:
    """On a new Primary."""
    now = node.clock.now()
    catalog = zone_making.catalog(node, catalog_name(domain))
    zone = zone_making.primary(node, domain)
    node.zones.add(catalog)
    node.zones.add(zone)
    dnssec.sign(zone, now, node.randomness)
    catalogs.join(catalog, zone, now, node.randomness)
    _add_member(node, zone, member)
    zone.set_serial(_SERIAL)
    catalog.set_serial(_CATALOG_SERIAL)


def member_came(node: "Node", member: Member, domain: str) -> None:
    """On the Primary, when a Secondary has joined."""
    zone, catalog = node.zones.find(domain), node.zones.find(catalog_name(domain))
    if zone is not None and catalog is not None:
        serial = zone.soa_serial
        _add_member(node, zone, member)
        zone.set_serial(serial + _SERIAL_PER_NODE)
        catalog.set_serial(catalog.soa_serial + _CATALOG_SERIAL_PER_NODE)


def member_left(node: "Node", member: Member, domain: str) -> None:
    """On the Primary, when a Secondary is a member no more."""
    zone, now = node.zones.find(domain), node.clock.now()
    if zone is None:
        return
    zone.take_away(domain, "NS", {"nameServer": member.name}, now)
    for name in (member.name, _tlsa_name(member)):
        for record_type in tuple(zone.sets_of(name)):
            zone.drop(name, record_type, now)


def serials(primary: "Node") -> Serials:
    """What moves when there is something to transfer."""
    return tuple((zone.name, zone.soa_serial) for zone in primary.zones)


def transfer(node: "Node", primary: "Node", domain: str) -> None:
    """On a Secondary: the zones of the catalog as the Primary has them now."""
    zone_copies.transfer(node, primary, catalog_name(domain))


def promote(node: "Node", domain: str) -> None:
    """On a Secondary that becomes the Primary."""
    zone_copies.promote(node, catalog_name(domain))


def leave(node: "Node", domain: str) -> None:
    """The catalog goes; the domain stays on a former Primary as a zone like others."""
    zone_copies.drop_catalog(node, catalog_name(domain))


def _add_member(node: "Node", zone: Zone, member: Member) -> None:
    now = node.clock.now()
    server = {"nameServer": member.name}
    if zone.find(zone.name, "NS", server) is None:
        ttl = zone_making.record_ttl(node, "NS")
        zone.add(Record(name=zone.name, type="NS", ttl=ttl, data=server, last_modified=now), now)
    ttl = zone_making.record_ttl(node, "A")
    for address in member.ip_addresses:
        record_type = "AAAA" if ":" in address else "A"
        data = {"ipAddress": address}
        zone.add(
            Record(name=member.name, type=record_type, ttl=ttl, data=data, last_modified=now), now
        )
    certificate = {
        "certificateUsage": "DANE-EE",
        "selector": "SPKI",
        "matchingType": "SHA2-256",
        "certificateAssociationData": node.randomness(CERTIFICATE_BYTES).hex().upper(),
    }
    name = _tlsa_name(member)
    zone.put([Record(name=name, type="TLSA", ttl=ttl, data=certificate, last_modified=now)], now)


def _tlsa_name(member: Member) -> str:
    return f"_{member.port}._tcp.{member.name}"
