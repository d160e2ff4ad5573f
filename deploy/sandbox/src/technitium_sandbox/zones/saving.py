"""Zones as they are written down between two runs: those that a node did not make by itself."""

from dataclasses import dataclass, field

from technitium_sandbox.accounts.permissions import Grants
from technitium_sandbox.zones.dnssec.keys import Signing
from technitium_sandbox.zones.options import Options
from technitium_sandbox.zones.records.record import Record
from technitium_sandbox.zones.table import ZoneTable
from technitium_sandbox.zones.zone import Zone, ZoneType


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedZone:
    name: str
    type: ZoneType
    last_modified: float
    disabled: bool
    records: list[Record]
    grants: Grants
    catalog: str | None = None
    expiry: float | None = None
    uses_date_scheme: bool = False
    options: Options = field(default_factory=Options)
    signing: Signing | None = None


def saved(zones: ZoneTable) -> list[SavedZone]:
    return [_saved(zone) for zone in zones if not zone.internal]


def restore(zones: ZoneTable, kept: list[SavedZone]) -> None:
    """Put the saved zones in the place of all but the internal ones."""
    for zone in list(zones):
        if not zone.internal:
            zones.remove(zone.name)
    for one in kept:
        zones.add(_restored(one))


def _saved(zone: Zone) -> SavedZone:
    return SavedZone(
        name=zone.name,
        type=zone.type,
        last_modified=zone.last_modified,
        disabled=zone.disabled,
        records=zone.records(),
        grants=zone.grants,
        catalog=zone.catalog,
        expiry=zone.expiry,
        uses_date_scheme=zone.uses_date_scheme,
        options=zone.options,
        signing=zone.signing,
    )


def _restored(one: SavedZone) -> Zone:
    zone = Zone(
        name=one.name,
        type=one.type,
        last_modified=one.last_modified,
        catalog=one.catalog,
        expiry=one.expiry,
    )
    zone.load(one.records)
    zone.disabled, zone.uses_date_scheme = one.disabled, one.uses_date_scheme
    zone.grants, zone.options, zone.signing = one.grants, one.options, one.signing
    return zone
