"""Authoritative zones of a node, who may see them, and `/api/zones/list`."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from technitium_sandbox.accounts import User
from technitium_sandbox.clock import timestamp
from technitium_sandbox.errors import ApiError
from technitium_sandbox.permissions import ADMINISTRATORS, DNS_ADMINISTRATORS, Grants, Right
from technitium_sandbox.routing import Call, Outcome

DEFAULT_PAGE_ROWS = 10
INTERNAL_ZONES = (
    "0.in-addr.arpa",
    "1." + "0." * 31 + "ip6.arpa",
    "127.in-addr.arpa",
    "255.in-addr.arpa",
    "localhost",
)


class ZoneType(StrEnum):
    PRIMARY = "Primary"
    SECONDARY = "Secondary"
    STUB = "Stub"
    FORWARDER = "Forwarder"
    SECONDARY_FORWARDER = "SecondaryForwarder"
    CATALOG = "Catalog"
    SECONDARY_CATALOG = "SecondaryCatalog"


_IN_CATALOGS = (
    ZoneType.PRIMARY,
    ZoneType.SECONDARY,
    ZoneType.STUB,
    ZoneType.FORWARDER,
    ZoneType.SECONDARY_FORWARDER,
)
_SIGNABLE = (ZoneType.PRIMARY, ZoneType.SECONDARY)
_TRANSFERRED = (
    ZoneType.SECONDARY,
    ZoneType.STUB,
    ZoneType.SECONDARY_FORWARDER,
    ZoneType.SECONDARY_CATALOG,
)
_NOTIFYING = (ZoneType.PRIMARY, ZoneType.SECONDARY, ZoneType.FORWARDER, ZoneType.CATALOG)


@dataclass(slots=True, kw_only=True)
class Zone:
    """`hosts` are the names in it that exist; `expiry` counts for transferred zones only."""

    name: str
    type: ZoneType = ZoneType.PRIMARY
    last_modified: float = 0.0
    soa_serial: int = 1
    internal: bool = False
    disabled: bool = False
    catalog: str | None = None
    signed: bool = False
    expiry: float | None = None
    hosts: frozenset[str] = frozenset()
    grants: Grants = field(default_factory=Grants)

    def row(self) -> dict[str, object]:
        """The fields that a zone of this type has, in the order of the API."""
        row: dict[str, object] = {
            "name": self.name,
            "type": self.type.value,
            "lastModified": timestamp(self.last_modified),
            "disabled": self.disabled,
            "soaSerial": self.soa_serial,
        }
        if self.type is ZoneType.PRIMARY:
            row["internal"] = self.internal
        if self.type in _IN_CATALOGS:
            row["catalog"] = self.catalog
        if self.type in _SIGNABLE:
            row["dnssecStatus"] = "SignedWithNSEC" if self.signed else "Unsigned"
            row["hasDnssecPrivateKeys"] = self.signed
        if self.type is ZoneType.SECONDARY:
            row["validationFailed"] = False
        if self.type in _TRANSFERRED:
            row |= {"expiry": timestamp(self.expiry), "isExpired": False, "syncFailed": False}
        if self.type in _NOTIFYING and not self.internal:
            row |= {"notifyFailed": False, "notifyFailedFor": []}
        return row


class ZoneTable:
    """Zones by name; each new one is open to the two groups that manage DNS."""

    def __init__(self, now: float) -> None:
        self._zones: dict[str, Zone] = {}
        for name in INTERNAL_ZONES:
            self.add(Zone(name=name, last_modified=now, internal=True))

    def __len__(self) -> int:
        return len(self._zones)

    def __iter__(self) -> Iterator[Zone]:
        return iter(sorted(self._zones.values(), key=lambda zone: zone.name))

    def add(self, zone: Zone) -> None:
        right = Right.VIEW if zone.internal else Right.ALL
        for group in (ADMINISTRATORS, DNS_ADMINISTRATORS):
            zone.grants.groups.setdefault(group, int(right))
        self._zones[zone.name] = zone

    def closest(self, qname: str) -> Zone | None:
        """The zone that answers for a name with authority."""
        labels = qname.split(".")
        for start in range(len(labels)):
            zone = self._zones.get(".".join(labels[start:]))
            if zone is not None and zone.type in _SIGNABLE:
                return zone
        return None

    def visible_to(self, user: User) -> list[Zone]:
        return [zone for zone in self if zone.grants.bits(user.username, user.groups) & Right.VIEW]


def zones_list(call: Call) -> Outcome:
    """Zones that the caller may view; all of them, or a page when `pageNumber` is given."""
    zones = call.node.zones.visible_to(call.user)
    if call.parameters.optional("pageNumber") is None:
        return {"zones": _rows(zones)}
    size = call.parameters.integer("zonesPerPage", DEFAULT_PAGE_ROWS)
    if size == 0:
        raise ApiError("Attempted to divide by zero.")
    pages = -(-len(zones) // size)
    page = call.parameters.integer("pageNumber", 1) or 1
    page = pages if page < 0 or page > pages else page
    shown = zones[max(page - 1, 0) * size : page * size]
    return {
        "pageNumber": page,
        "totalPages": pages,
        "totalZones": len(zones),
        "zones": _rows(shown),
    }


def _rows(zones: Iterable[Zone]) -> list[dict[str, object]]:
    return [zone.row() for zone in zones]
