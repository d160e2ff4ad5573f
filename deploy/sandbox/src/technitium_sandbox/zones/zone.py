"""One zone: its records and serials, and what lists show of it."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from enum import StrEnum

from technitium_sandbox.accounts.permissions import Grants
from technitium_sandbox.clock import timestamp
from technitium_sandbox.dns import domain_names
from technitium_sandbox.zones.dnssec.keys import Signing
from technitium_sandbox.zones.options import Options
from technitium_sandbox.zones.records.record import Data, Names, Record, Soa, canonical, in_order

MAX_SERIAL = 2**32 - 1


class ZoneType(StrEnum):
    """Kinds of zones; `label` is how sentences name them, the order gives them numbers."""

    PRIMARY = "Primary"
    SECONDARY = "Secondary"
    STUB = "Stub"
    FORWARDER = "Forwarder"
    SECONDARY_FORWARDER = "SecondaryForwarder"
    CATALOG = "Catalog"
    SECONDARY_CATALOG = "SecondaryCatalog"

    @property
    def label(self) -> str:
        return _LABELS.get(self, self.value)


_LABELS = {
    ZoneType.FORWARDER: "Conditional Forwarder",
    ZoneType.SECONDARY_FORWARDER: "Secondary Conditional Forwarder",
    ZoneType.SECONDARY_CATALOG: "Secondary Catalog",
}
IN_CATALOGS = (
    ZoneType.PRIMARY,
    ZoneType.SECONDARY,
    ZoneType.STUB,
    ZoneType.FORWARDER,
    ZoneType.SECONDARY_FORWARDER,
)
AUTHORITATIVE = (ZoneType.PRIMARY, ZoneType.SECONDARY)
TRANSFERRED = (
    ZoneType.SECONDARY,
    ZoneType.STUB,
    ZoneType.SECONDARY_FORWARDER,
    ZoneType.SECONDARY_CATALOG,
)
NOTIFYING = (ZoneType.PRIMARY, ZoneType.SECONDARY, ZoneType.FORWARDER, ZoneType.CATALOG)


class Zone:
    """One zone; every change of its records moves the serial and the time it was modified."""

    def __init__(
        self,
        *,
        name: str,
        type: ZoneType = ZoneType.PRIMARY,  # noqa: A002 - the API's word
        last_modified: float = 0.0,
        soa: Soa | None = None,
        soa_ttl: int = 900,
        soa_serial: int = 1,
        internal: bool = False,
        catalog: str | None = None,
        signed: bool = False,
        expiry: float | None = None,
    ) -> None:
        self.name = name
        self.type = type
        self.last_modified = last_modified
        self.internal = internal
        self.disabled = False
        self.catalog = catalog
        self.expiry = expiry
        self.sync_failed = False
        self.uses_date_scheme = False
        self.grants = Grants()
        self.options = Options.of(type)
        self.signing: Signing | None = Signing() if signed else None
        self._names = Names()
        data = (soa or Soa(server="", person="invalid", serial=soa_serial)).data()
        self._set_soa(data, ttl=soa_ttl)

    @property
    def soa(self) -> Record:
        return self._names.of(self.name, "SOA")[0]

    @property
    def soa_serial(self) -> int:
        serial = self.soa.data["serial"]
        return serial if isinstance(serial, int) else 0

    @property
    def shown_name(self) -> str:
        """The name in sentences: the root is a dot."""
        return self.name or "."

    @property
    def dnssec_status(self) -> str:
        if self.signing is None:
            return "Unsigned"
        return "SignedWithNSEC" if self.signing.nsec3 is None else "SignedWithNSEC3"

    def is_expired(self, now: float) -> bool:
        return self.expiry is None or self.expiry < now

    def holds(self, name: str) -> bool:
        """Whether a name belongs to this zone, be it there or not."""
        return not self.name or name == self.name or name.endswith(f".{self.name}")

    def records(self) -> list[Record]:
        return in_order(self._names.all())

    def names(self) -> list[str]:
        return sorted(self._names.by_name, key=canonical)

    def sets_of(self, name: str) -> dict[str, list[Record]]:
        """The record sets of one name by type, in the order in which they came to be."""
        return self._names.by_name.get(name, {})

    def records_of(self, name: str, record_type: str | None = None) -> list[Record]:
        if record_type is not None:
            return self._names.of(name, record_type)
        return in_order(one for records in self.sets_of(name).values() for one in records)

    def has_name(self, name: str) -> bool:
        """Whether a name exists: it has records, or names below it have."""
        if name in self._names.by_name:
            return True
        return any(known.endswith(f".{name}") for known in self._names.by_name)

    def put(self, records: Sequence[Record], now: float) -> None:
        """Replace the set of one name and type."""
        self._names.put(records[0].name, records[0].type, list(records))
        self.committed(now)

    def add(self, record: Record, now: float) -> None:
        """Add to a set; the same record again takes the place of the one that is there."""
        kept = [
            one for one in self._names.of(record.name, record.type) if not one.is_like(record.data)
        ]
        self._names.put(record.name, record.type, [*kept, record])
        self.committed(now)

    def update(self, old: Record, new: Record, now: float) -> None:
        """Put one record in the place of another of its type; the serial moves once."""
        self._remove(old)
        kept = [one for one in self._names.of(new.name, new.type) if not one.is_like(new.data)]
        self._names.put(new.name, new.type, [*kept, new])
        self.committed(now)

    def find(self, name: str, record_type: str, data: Data) -> Record | None:
        found = self._names.of(name, record_type)
        return next((one for one in found if one.is_like(data)), None)

    def take_away(self, name: str, record_type: str, data: Data, now: float) -> bool:
        """Remove one record; false when it is not there."""
        found = self.find(name, record_type, data)
        if found is None:
            return False
        self._remove(found)
        self.committed(now)
        return True

    def drop(self, name: str, record_type: str, now: float) -> bool:
        """Remove a whole set; false when there is none."""
        if not self._names.of(name, record_type):
            return False
        self._names.put(name, record_type, [])
        self.committed(now)
        return True

    def load(self, records: Iterable[Record]) -> None:
        """Take records as they are, without moving the serial."""
        for record in records:
            if record.type == "SOA":
                self._names.put(self.name, "SOA", [record])
            else:
                kept = self._names.of(record.name, record.type)
                self._names.put(record.name, record.type, [*kept, record])

    def clear(self) -> None:
        """Only the SOA stays."""
        self._names = Names({self.name: {"SOA": [self.soa]}})

    def touched(self, now: float) -> None:
        """Its file was written: that is what `lastModified` tells."""
        self.last_modified = now

    def committed(self, now: float) -> None:
        """Records changed: a new serial, and in a signed zone one more for the signatures."""
        self.touched(now)
        if not self.internal:
            steps = 1 if self.signing is None else 2
            for _ in range(steps):
                self.set_serial(self._next_serial(now))

    def set_serial(self, serial: int) -> None:
        soa = self.soa
        soa.data = {**soa.data, "serial": serial}

    def start_date_scheme(self, now: float) -> None:
        """The first serial of a zone whose serials are dates."""
        self.uses_date_scheme = True
        self.set_serial(self._next_serial(now))

    def set_soa(self, soa: Soa, *, ttl: int, comments: str | None, now: float) -> None:
        """A serial above the present one is taken, any other only moves it on."""
        serial = soa.serial if soa.serial > self.soa_serial else self._next_serial(now)
        self._set_soa({**soa.data(), "serial": serial}, ttl=ttl, comments=comments, now=now)
        self.touched(now)

    def row(self, now: float, *, has_key_flag: bool = True) -> dict[str, object]:
        """The fields that a zone of this type has, in the order of the API."""
        row: dict[str, object] = {"name": self.name}
        readable = domain_names.to_unicode(self.name)
        if readable != self.name:
            row["nameIdn"] = readable
        row |= {
            "type": self.type.value,
            "lastModified": timestamp(self.last_modified),
            "disabled": self.disabled,
            "soaSerial": self.soa_serial,
        }
        if self.type is ZoneType.PRIMARY:
            row["internal"] = self.internal
        if self.type in IN_CATALOGS:
            row["catalog"] = self.catalog
        if self.type in AUTHORITATIVE:
            row["dnssecStatus"] = self.dnssec_status
            if has_key_flag:
                row["hasDnssecPrivateKeys"] = self.signing is not None
        return row | self._state(now)

    def _state(self, now: float) -> dict[str, object]:
        state: dict[str, object] = {}
        if self.type is ZoneType.SECONDARY:
            state["validationFailed"] = False
        if self.type in TRANSFERRED:
            state |= {
                "expiry": timestamp(self.expiry),
                "isExpired": self.is_expired(now),
                "syncFailed": self.sync_failed,
            }
        if self.type in NOTIFYING and not self.internal:
            state |= {"notifyFailed": False, "notifyFailedFor": []}
        return state

    def _remove(self, record: Record) -> None:
        kept = [one for one in self._names.of(record.name, record.type) if one is not record]
        self._names.put(record.name, record.type, kept)

    def _set_soa(
        self, data: Data, *, ttl: int, comments: str | None = None, now: float | None = None
    ) -> None:
        modified = self.last_modified if now is None else now
        soa = Record(
            name=self.name,
            type="SOA",
            ttl=ttl,
            data=data,
            comments=comments,
            last_modified=modified,
        )
        self._names.put(self.name, "SOA", [soa])

    def _next_serial(self, now: float) -> int:
        following = self.soa_serial % MAX_SERIAL + 1
        if not self.uses_date_scheme:
            return following
        today = int(datetime.fromtimestamp(now, tz=UTC).strftime("%Y%m%d")) * 100
        return max(today, following)


def name_server(zone: str, server: str, *, ttl: int, now: float) -> Record:
    return Record(name=zone, type="NS", ttl=ttl, data={"nameServer": server}, last_modified=now)
