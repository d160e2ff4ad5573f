"""Address hints of SVCB and HTTPS records that follow the addresses of their target."""

from dataclasses import replace

from technitium_sandbox.zones.records.record import Data, Record
from technitium_sandbox.zones.zone import Zone

_KINDS = (("A", "autoIpv4Hint", "ipv4hint"), ("AAAA", "autoIpv6Hint", "ipv6hint"))
_SERVICES = ("SVCB", "HTTPS")


def with_hints(zone: Zone, record: Record) -> Data:
    """The data with the hints that are to be looked up in the zone now."""
    target = _target(record)
    if target is None:
        return record.data
    params = record.data["svcParams"]
    hints = dict(params) if isinstance(params, dict) else {}
    for kind, automatic, hint in _KINDS:
        if record.data[automatic]:
            found = [one for one in zone.records_of(target, kind) if not one.disabled]
            hints.pop(hint, None)
            if found:
                hints[hint] = ",".join(str(one.data["ipAddress"]) for one in found)
    return {**record.data, "svcParams": hints}


def follow_hints(zone: Zone, name: str, kind: str, now: float, *, wanted: bool) -> None:
    """Addresses of `name` changed: services that follow them change, too."""
    automatic = next((auto for one, auto, _ in _KINDS if one == kind), None)
    for record in zone.records() if wanted and automatic else ():
        if record.type in _SERVICES and record.data[automatic or ""] and _target(record) == name:
            zone.update(record, replace(record, data=with_hints(zone, record)), now)


def _target(record: Record) -> str | None:
    """The name whose addresses count; a service without a target means itself."""
    if record.type not in _SERVICES:
        return None
    target = str(record.data["svcTargetName"]).lower()
    return target or (record.name if record.data["svcPriority"] else None)
