"""`/api/zones/import` and `/export`: whole zones as text."""

from dataclasses import dataclass

import msgspec

from technitium_sandbox.accounts.permissions import Right
from technitium_sandbox.calls.envelope import download
from technitium_sandbox.calls.errors import ApiError
from technitium_sandbox.calls.routing import Call, Outcome
from technitium_sandbox.zones.access import zone_for
from technitium_sandbox.zones.files.parser import Parsed, parse
from technitium_sandbox.zones.files.text import zone_file
from technitium_sandbox.zones.making import record_ttl
from technitium_sandbox.zones.records.record import Record, Soa
from technitium_sandbox.zones.zone import Zone, ZoneType

_SIGNATURES = frozenset({"DNSKEY", "RRSIG", "NSEC", "NSEC3", "NSEC3PARAM"})
_GLUE = ("A", "AAAA")


class _Remark(msgspec.Struct):
    disabled: bool = False
    comments: str | None = None


@dataclass(frozen=True, slots=True)
class Import:
    """The records of a file, ready for a zone."""

    records: list[Record]

    def into(self, zone: Zone, now: float, *, overwrites: bool, serial_too: bool = False) -> None:
        """Set by set when overwriting, else one by one; each moves the serial."""
        sets: dict[tuple[str, str], list[Record]] = {}
        for one in self.records:
            sets.setdefault((one.name, one.type), []).append(one)
        for (_, kind), records in sets.items():
            if kind == "SOA":
                _take_soa(zone, records[0], now)
            elif overwrites or kind in ("CNAME", "DNAME"):
                zone.put(records, now)
            else:
                for one in records:
                    zone.add(one, now)
        soas = [one for one in self.records if one.type == "SOA"]
        if serial_too and soas:
            zone.set_serial(_number(soas[0], "serial"))


def export(call: Call) -> Outcome:
    zone = zone_for(call, Right.VIEW)
    name = f"{zone.name}.zone" if zone.name else "root.zone"
    return download(zone_file(zone).encode(), name)


def zones_import(call: Call) -> Outcome:
    zone, parameters = zone_for(call, Right.MODIFY), call.parameters
    overwrites = parameters.flag("overwrite", default=True)
    serial_too = parameters.flag("overwriteSoaSerial")
    imported = _read(call, _text(call), zone.name)
    if zone.type not in (ZoneType.PRIMARY, ZoneType.FORWARDER):
        raise ApiError(f"Zone must be a primary or forwarder type: {zone.shown_name}")
    now = call.node.clock.now()
    imported.into(zone, now, overwrites=overwrites, serial_too=serial_too)
    zone.touched(now)
    return {}


def uploaded_records(call: Call, zone_name: str) -> Import | None:
    """The records of the file that was sent with a new zone, if one was."""
    if not call.uploads:
        return None
    text = call.uploads[0].content.decode("utf-8-sig", "replace")
    return _read(call, text, zone_name.lower())


def _text(call: Call) -> str:
    """By the exact content type: a charset after it is not understood, as on real nodes."""
    content_type = call.content_type.lower()
    if content_type == "application/x-www-form-urlencoded":
        return call.parameters.required("records")
    if content_type == "text/plain":
        return call.body.decode("utf-8-sig", "replace")
    if not call.uploads:
        raise ApiError("The zone file to import is missing.")
    return call.uploads[0].content.decode("utf-8-sig", "replace")


def _read(call: Call, text: str, zone_name: str) -> Import:
    parsed = parse(text, zone_name, record_ttl(call.node, "A"))
    glue = [one for one in parsed if one.type in _GLUE]
    now = call.node.clock.now()
    return Import([_record(one, glue, now) for one in parsed if _is_wanted(one, zone_name)])


def _is_wanted(one: Parsed, zone_name: str) -> bool:
    if one.record_class != 1:
        raise ApiError("Cannot import records: only IN class is supported by the DNS server.")
    inside = not zone_name or one.name == zone_name or one.name.endswith(f".{zone_name}")
    if not inside and one.type not in _GLUE:
        raise ApiError(
            f"Cannot import records: the domain name '{one.name}' does not belong to the zone"
            f" '{zone_name}'."
        )
    return inside and one.type not in _SIGNATURES


def _record(one: Parsed, glue: list[Parsed], now: float) -> Record:
    remark = _remark(one.comment)
    record = Record(
        name=one.name,
        type=one.type,
        ttl=one.ttl,
        data=one.data,
        disabled=remark.disabled,
        comments=remark.comments,
        last_modified=now,
    )
    if one.type == "NS":
        server = one.data.get("nameServer")
        record.glue = tuple(str(ip.data["ipAddress"]) for ip in glue if ip.name == server)
    return record


def _remark(comment: str) -> _Remark:
    """What an export wrote behind a record: plain comments, or JSON."""
    if comment.lstrip().startswith("{"):
        try:
            return msgspec.json.decode(comment, type=_Remark)
        except msgspec.MsgspecError:
            pass
    text = comment.replace("\\r", "").replace("\\n", "\n")
    return _Remark(comments=text or None)


def _take_soa(zone: Zone, record: Record, now: float) -> None:
    data = record.data
    soa = Soa(
        server=str(data["primaryNameServer"]),
        person=str(data["responsiblePerson"]),
        serial=_number(record, "serial"),
        refresh=_number(record, "refresh"),
        retry=_number(record, "retry"),
        expire=_number(record, "expire"),
        minimum=_number(record, "minimum"),
    )
    zone.set_soa(soa, ttl=record.ttl, comments=record.comments, now=now)


def _number(record: Record, key: str) -> int:
    value = record.data[key]
    return value if isinstance(value, int) else 0
