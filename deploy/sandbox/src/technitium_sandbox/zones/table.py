"""The zones of a node, by name: which one a name lies in, who may see which."""

from collections.abc import Callable, Iterator

from technitium_sandbox.accounts.directory import User
from technitium_sandbox.accounts.permissions import ADMINISTRATORS, DNS_ADMINISTRATORS, Right
from technitium_sandbox.dns import domain_names
from technitium_sandbox.zones.records.record import Data, Record, Soa
from technitium_sandbox.zones.zone import AUTHORITATIVE, Zone, ZoneType, name_server

INTERNAL_ZONES = (
    "0.in-addr.arpa",
    "1." + "0." * 31 + "ip6.arpa",
    "127.in-addr.arpa",
    "255.in-addr.arpa",
    "localhost",
)
# What the internal zones hold: the machine under its own name, and back.
_OF_THE_HOST: tuple[tuple[str, str, Data], ...] = (
    ("localhost", "A", {"ipAddress": "127.0.0.1"}),
    ("localhost", "AAAA", {"ipAddress": "::1"}),
    ("1.0.0.127.in-addr.arpa", "PTR", {"ptrName": "localhost"}),
    (INTERNAL_ZONES[1], "PTR", {"ptrName": "localhost"}),
)


class ZoneTable:
    """Zones by name; each new one is open to the two groups that manage DNS."""

    def __init__(self, now: float, server: str = "") -> None:
        self._zones: dict[str, Zone] = {}
        for name in INTERNAL_ZONES:
            self.add(_internal(name, now, server))

    def __len__(self) -> int:
        return len(self._zones)

    def __iter__(self) -> Iterator[Zone]:
        return iter(sorted(self._zones.values(), key=lambda zone: zone.name))

    def add(self, zone: Zone) -> None:
        right = Right.VIEW if zone.internal else Right.ALL
        for group in (ADMINISTRATORS, DNS_ADMINISTRATORS):
            zone.grants.groups.setdefault(group, int(right))
        self._zones[zone.name] = zone

    def find(self, name: str) -> Zone | None:
        return self._zones.get(name)

    def remove(self, name: str) -> Zone | None:
        return self._zones.pop(name, None)

    def closest(self, name: str) -> Zone | None:
        """The zone of any type in which a name lies."""
        return self._nearest(name, lambda _: True)

    def authoritative(self, name: str) -> Zone | None:
        """The zone that answers for a name with authority."""
        return self._nearest(name, lambda zone: zone.type in AUTHORITATIVE and not zone.disabled)

    def visible_to(self, user: User, right: Right = Right.VIEW) -> list[Zone]:
        return [zone for zone in self if zone.grants.bits(user.username, user.groups) & right]

    def forget_user(self, username: str) -> None:
        for zone in self._zones.values():
            zone.grants.users.pop(username, None)

    def forget_group(self, group: str) -> None:
        for zone in self._zones.values():
            zone.grants.groups.pop(group, None)

    def rename_server(self, old: str, new: str, now: float) -> None:
        """The node has another name: its own zones name it in their SOA and NS."""
        for zone in self._zones.values():
            if zone.type is ZoneType.PRIMARY:
                _rename_server(zone, old, new, now)

    def _nearest(self, name: str, fits: Callable[[Zone], bool]) -> Zone | None:
        rest: str | None = name
        while rest is not None:
            zone = self._zones.get(rest)
            if zone is not None and fits(zone):
                return zone
            rest = domain_names.parent(rest)
        return None


def _internal(name: str, now: float, server: str) -> Zone:
    soa = Soa(server=server, person=f"hostadmin@{name}")
    zone = Zone(name=name, internal=True, last_modified=now, soa=soa)
    zone.load([name_server(name, server, ttl=14_400, now=now)])
    zone.load(
        Record(name=owner, type=kind, ttl=3_600, data=data, last_modified=now)
        for owner, kind, data in _OF_THE_HOST
        if zone.holds(owner)
    )
    return zone


def _rename_server(zone: Zone, old: str, new: str, now: float) -> None:
    soa = zone.soa
    if soa.data["primaryNameServer"] == old:
        soa.data = {**soa.data, "primaryNameServer": new}
        if not zone.internal:
            zone.committed(now)
    for record in zone.records_of(zone.name, "NS"):
        if record.data["nameServer"] == old:
            record.data = {"nameServer": new}
