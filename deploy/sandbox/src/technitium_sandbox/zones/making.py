"""New zones as a node makes them; the maker puts them into the table and gives rights."""

import re
from typing import TYPE_CHECKING

from technitium_sandbox.accounts.permissions import Right
from technitium_sandbox.calls.errors import ApiError
from technitium_sandbox.dns import domain_names
from technitium_sandbox.zones.records.reading import text_data
from technitium_sandbox.zones.records.record import Data, Record, Soa
from technitium_sandbox.zones.zone import Zone, ZoneType, name_server

if TYPE_CHECKING:
    from technitium_sandbox.accounts.directory import User
    from technitium_sandbox.node import Node

EVERYBODY = ("0.0.0.0/0", "::/0")
# The mailbox of a zone's SOA is at the zone's name, so the name must do in a mail address.
_MAIL_DOMAIN = re.compile(r"[^\s()<>@,;:\\\"\[\].]+(\.[^\s()<>@,;:\\\"\[\].]+)*")
_NO_MAIL = "The specified string is not in the form required for an e-mail address."


def record_ttl(node: "Node", record_type: str) -> int:
    """Seconds that a new record of this type lives when nothing is said."""
    settings = node.settings
    if record_type == "NS":
        return int(settings.get("defaultNsRecordTtl", node.version.ns_ttl_s))
    if record_type == "SOA":
        return int(settings.get("defaultSoaRecordTtl", node.version.soa_ttl_s))
    return 0 if record_type == "FWD" else int(settings.get("defaultRecordTtl", 3_600))


def primary(node: "Node", name: str, *, uses_date_scheme: bool | None = None) -> Zone:
    """A Primary zone with SOA and NS that name this node."""
    now, server = node.clock.now(), node.domain
    person = node.settings.get("defaultResponsiblePerson")
    if person is None:
        person = f"hostadmin@{name.lower()}"
        if name and not _MAIL_DOMAIN.fullmatch(name):
            raise ApiError(_NO_MAIL)
    domain_names.check(name)
    zone = Zone(
        name=name.lower(),
        last_modified=now,
        soa=Soa(server=server, person=str(person)),
        soa_ttl=record_ttl(node, "SOA"),
    )
    zone.load([name_server(zone.name, server, ttl=record_ttl(node, "NS"), now=now)])
    scheme = node.settings.get("useSoaSerialDateScheme", False)
    zone.uses_date_scheme = bool(scheme) if uses_date_scheme is None else uses_date_scheme
    if zone.uses_date_scheme:
        zone.start_date_scheme(now)
    return zone


def forwarder(node: "Node", name: str, data: Data | None = None) -> Zone:
    """A zone that passes questions on; without `data` to nobody yet."""
    domain_names.check(name)
    now = node.clock.now()
    soa = Soa(server=node.domain, person="invalid")
    zone = Zone(name=name.lower(), type=ZoneType.FORWARDER, last_modified=now, soa=soa, soa_ttl=0)
    if data is not None:
        zone.load([Record(name=zone.name, type="FWD", ttl=0, data=data, last_modified=now)])
    return zone


def catalog(node: "Node", name: str) -> Zone:
    """A catalog: version and two properties are written one by one, so it begins at serial 4."""
    domain_names.check(name)
    zone = _dummy(node, name, ZoneType.CATALOG, refresh=300, retry=60)
    zone.load([_plain(zone.name, "NS", {"nameServer": "invalid"}, zone.last_modified)])
    now = zone.last_modified
    zone.put([_plain(f"version.{zone.name}", "TXT", text_data(["2"]), now)], now)
    set_property(zone, "allow-query", allows=True, now=now)
    set_property(zone, "allow-transfer", allows=False, now=now)
    return zone


def transferred(node: "Node", name: str, zone_type: ZoneType) -> Zone:
    """A zone whose records come from elsewhere and have not come yet."""
    domain_names.check(name)
    zone = _dummy(node, name, zone_type)
    zone.set_serial(0)
    return zone


def set_property(zone: Zone, name: str, *, allows: bool, now: float) -> None:
    """What a catalog tells its Secondaries about access, as a list of address prefixes."""
    prefixes = [
        {
            "addressFamily": "IPv6" if ":" in network else "IPv4",
            "prefix": 0,
            "negation": not allows,
            "afdPart": network.partition("/")[0],
        }
        for network in EVERYBODY
    ]
    owner = f"{name}.ext.{zone.name}"
    zone.put([_plain(owner, "APL", {"addressPrefixes": prefixes}, now)], now)


def open_to(zone: Zone, user: "User") -> None:
    """Who makes a zone may do everything with it; the table adds the two groups."""
    zone.grants.users[user.username] = int(Right.ALL)


def _dummy(
    node: "Node", name: str, zone_type: ZoneType, *, refresh: int = 900, retry: int = 300
) -> Zone:
    soa = Soa(server="invalid", person="invalid", refresh=refresh, retry=retry)
    now = node.clock.now()
    return Zone(name=name.lower(), type=zone_type, last_modified=now, soa=soa, soa_ttl=0)


def _plain(name: str, record_type: str, data: Data, now: float) -> Record:
    return Record(name=name, type=record_type, ttl=0, data=data, last_modified=now)
