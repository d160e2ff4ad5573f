"""Membership in a catalog zone: what the catalog writes down of its members."""

import base64
from collections.abc import Callable

from technitium_sandbox.zones.records.reading import text_data
from technitium_sandbox.zones.records.record import Data, Record
from technitium_sandbox.zones.table import ZoneTable
from technitium_sandbox.zones.zone import Zone, ZoneType

_LABEL_BYTES = 8


def join(catalog: Zone, member: Zone, now: float, randomness: Callable[[int], bytes]) -> None:
    """Make a zone a member: its name and its type are written, each with a new serial."""
    label = base64.b32hexencode(randomness(_LABEL_BYTES)).decode().lower().rstrip("=")
    place = f"{label}.zones.{catalog.name}"
    kind = text_data([member.type.value.lower()])
    _write(catalog, place, "PTR", {"ptrName": member.name}, now)
    _write(catalog, f"zone-type.ext.{place}", "TXT", kind, now)
    member.catalog = catalog.name


def leave(zones: ZoneTable, member: Zone, now: float) -> None:
    """End a membership; each record of it goes with a serial of its own."""
    catalog = zones.find(member.catalog or "")
    member.catalog = None
    if catalog is None or catalog.type is not ZoneType.CATALOG:
        return
    place = _place_of(catalog, member.name)
    for name in [one for one in catalog.names() if place and one.endswith(place)]:
        for record_type in list(catalog.sets_of(name)):
            catalog.drop(name, record_type, now)


def members(catalog: Zone) -> list[str]:
    """Names of the zones that a catalog lists."""
    return [str(one.data["ptrName"]) for one in catalog.records() if one.type == "PTR"]


def _place_of(catalog: Zone, member: str) -> str | None:
    for one in catalog.records():
        if one.type == "PTR" and one.data["ptrName"] == member:
            return one.name
    return None


def _write(catalog: Zone, name: str, record_type: str, data: Data, now: float) -> None:
    catalog.add(Record(name=name, type=record_type, ttl=0, data=data, last_modified=now), now)
