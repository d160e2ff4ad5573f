"""The zones of the demonstration: a household's names, on the Primary and by its catalog on all."""

from collections.abc import Sequence
from dataclasses import dataclass

from technitium_sandbox.accounts.directory import User
from technitium_sandbox.dashboard.statistics import HOUR_S
from technitium_sandbox.node import Node
from technitium_sandbox.zones import catalogs
from technitium_sandbox.zones import copies as zone_copies
from technitium_sandbox.zones import making as zone_making
from technitium_sandbox.zones.dnssec import signing as dnssec
from technitium_sandbox.zones.records.fields import FIELDS
from technitium_sandbox.zones.records.reading import text_data
from technitium_sandbox.zones.records.record import Data, Record
from technitium_sandbox.zones.zone import Zone, ZoneType, name_server

DOMAIN = "home.arpa"
CATALOG = f"cluster-catalog.{DOMAIN}"
_CATALOG_SERIAL = 14
_OWN_SERIAL = 3


@dataclass(frozen=True, slots=True)
class _Line:
    """One record: its name within the zone, type, and the members of its data in order."""

    name: str
    type: str
    values: tuple[object, ...]
    ttl: int = 3_600
    comments: str | None = None
    disabled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shared:
    """A zone of the cluster catalog: Primary on one node, Secondary on the others."""

    name: str
    serial: int
    hours_ago: float
    lines: tuple[_Line, ...]
    signed: bool = False


def _host(name: str, address: str, comments: str | None = None) -> _Line:
    return _Line(name, "A", (address,), comments=comments)


def _pointer(last: int, name: str) -> _Line:
    return _Line(str(last), "PTR", (name,))


_SHARED = (
    _Shared(
        name=DOMAIN,
        serial=2026,
        hours_ago=3.2,
        signed=True,
        lines=(
            _Line("", "MX", (10, f"mail.{DOMAIN}")),
            _Line("", "TXT", ("v=spf1 mx -all",)),
            _Line("", "CAA", (0, "issue", "letsencrypt.org"), comments="Let's Encrypt only"),
            _host("router", "192.168.10.1"),
            _host("nas", "192.168.10.40", "Backups and photos"),
            _Line("nas", "AAAA", ("fd00:10::40",)),
            _host("printer", "192.168.10.41", "2nd floor"),
            _host("mail", "192.168.10.40"),
            _host("www", "192.168.10.42"),
            _Line("photos", "CNAME", (f"nas.{DOMAIN}",), ttl=600),
            _Line("_ipp._tcp", "SRV", (0, 0, 631, f"printer.{DOMAIN}")),
            _Line("guest", "NS", (f"ns3.{DOMAIN}",), ttl=14_400),
        ),
    ),
    _Shared(
        name=f"iot.{DOMAIN}",
        serial=118,
        hours_ago=9.5,
        lines=(
            _host("mqtt", "192.168.20.2", "Broker"),
            _host("thermostat", "192.168.20.11"),
            _host("doorbell", "192.168.20.12"),
            _host("solar-inverter", "192.168.20.14"),
        ),
    ),
    _Shared(
        name=f"lab.{DOMAIN}",
        serial=57,
        hours_ago=49.0,
        lines=(
            _host("git", "192.168.10.60"),
            _host("build", "192.168.10.61"),
            _Line("old-build", "A", ("192.168.10.62",), comments="Sold in May", disabled=True),
            _Line("*.preview", "CNAME", (f"build.lab.{DOMAIN}",), ttl=300),
        ),
    ),
    _Shared(
        name="10.168.192.in-addr.arpa",
        serial=311,
        hours_ago=3.2,
        lines=(
            _pointer(1, f"router.{DOMAIN}"),
            _pointer(40, f"nas.{DOMAIN}"),
            _pointer(41, f"printer.{DOMAIN}"),
            _pointer(42, f"www.{DOMAIN}"),
        ),
    ),
    _Shared(
        name="20.168.192.in-addr.arpa",
        serial=94,
        hours_ago=9.5,
        lines=(_pointer(2, f"mqtt.iot.{DOMAIN}"),),
    ),
)
# Zones that one node alone holds.
_MEDIA = (_host("tv", "192.168.10.30"), _host("speaker", "192.168.10.31"))
_GUEST = (_host("portal", "192.168.30.1"),)


def furnish(nodes: Sequence[Node], owner: User) -> None:
    """Give every node its zones; the first is the Primary, and the others have copies of its."""
    primary = nodes[0]
    if primary.version.has_clusters:
        _share(nodes, owner)
    else:
        for node in nodes:
            _make_shared(node, nodes, owner)
    for node in nodes:
        _make_own(node, owner)


def _share(nodes: Sequence[Node], owner: User) -> None:
    primary, now = nodes[0], nodes[0].clock.now()
    catalog = zone_making.catalog(primary, CATALOG)
    _own(catalog, owner)
    primary.zones.add(catalog)
    for zone in _make_shared(primary, nodes, owner):
        catalogs.join(catalog, zone, now, primary.randomness)
    catalog.set_serial(_CATALOG_SERIAL)
    catalog.last_modified = now - _SHARED[2].hours_ago * HOUR_S
    for node in nodes[1:]:
        zone_copies.transfer(node, primary, CATALOG)
        for zone in node.zones:
            original = primary.zones.find(zone.name)
            if CATALOG in (zone.name, zone.catalog) and original is not None:
                zone.last_modified = original.last_modified


def _make_shared(node: Node, nodes: Sequence[Node], owner: User) -> list[Zone]:
    return [_shared(node, nodes, one, owner) for one in _SHARED]


def _shared(node: Node, nodes: Sequence[Node], shared: _Shared, owner: User) -> Zone:
    modified = node.clock.now() - shared.hours_ago * HOUR_S
    zone = zone_making.primary(node, shared.name)
    names = [one.domain for one in nodes]
    zone.load(
        name_server(zone.name, name, ttl=14_400, now=modified)
        for name in names
        if name != node.domain
    )
    if shared.name == DOMAIN:
        zone.load(_address(one, modified) for one in nodes)
    _fill(zone, shared.lines, modified)
    if shared.signed:
        dnssec.sign(zone, modified, node.randomness)
    _finish(node, zone, shared.serial, modified, owner)
    return zone


def _make_own(node: Node, owner: User) -> None:
    modified = node.clock.now() - 20 * HOUR_S
    for zone, lines in _zones_of(node):
        _fill(zone, lines, modified)
        _finish(node, zone, _OWN_SERIAL, modified, owner)


def _zones_of(node: Node) -> list[tuple[Zone, tuple[_Line, ...]]]:
    if node.name == "ns2":
        return [(zone_making.primary(node, f"media.{DOMAIN}"), _MEDIA)]
    if node.name == "ns3":
        stub = zone_making.transferred(node, "partner.example", ZoneType.STUB)
        stub.options.primary_servers = ["192.0.2.53"]
        stub.expiry = node.clock.now() + zone_copies.EXPIRES_AFTER_S
        return [(zone_making.primary(node, f"guest.{DOMAIN}"), _GUEST), (stub, ())]
    data = {"protocol": "Udp", "forwarder": "10.8.0.53", "priority": 0, "dnssecValidation": False}
    data |= {"proxyType": "DefaultProxy"}
    corp = zone_making.forwarder(node, "corp.example", data)
    return [(corp, ())] if node.name == "ns1" else []


def _fill(zone: Zone, lines: Sequence[_Line], modified: float) -> None:
    zone.load(
        Record(
            name=f"{line.name}.{zone.name}" if line.name else zone.name,
            type=line.type,
            ttl=line.ttl,
            data=_data(line),
            disabled=line.disabled,
            comments=line.comments,
            last_modified=modified,
        )
        for line in lines
    )


def _data(line: _Line) -> Data:
    if line.type == "TXT":
        return text_data([str(value) for value in line.values])
    return {one.key: value for one, value in zip(FIELDS[line.type], line.values, strict=True)}


def _address(node: Node, modified: float) -> Record:
    data = {"ipAddress": node.ip_addresses[0]}
    return Record(name=node.domain, type="A", ttl=3_600, data=data, last_modified=modified)


def _finish(node: Node, zone: Zone, serial: int, modified: float, owner: User) -> None:
    zone.set_serial(serial)
    zone.last_modified = modified
    for record in zone.records():
        record.last_modified = modified
    _own(zone, owner)
    node.zones.add(zone)


def _own(zone: Zone, owner: User) -> None:
    zone_making.open_to(zone, owner)
