"""`/api/zones/records/…`: rights are those of the zone alone, the section is not asked."""

from collections.abc import Mapping
from dataclasses import replace

from technitium_sandbox.accounts.permissions import Right
from technitium_sandbox.calls.errors import ApiError
from technitium_sandbox.calls.parameters import as_ttl
from technitium_sandbox.calls.routing import Call, Outcome
from technitium_sandbox.dns import domain_names
from technitium_sandbox.dns.record_types import as_type
from technitium_sandbox.zones.access import (
    as_name,
    cluster_catalog,
    demand,
    refuse_internal,
    refuse_outside,
    zone_and_domain,
)
from technitium_sandbox.zones.dnssec.records import signature_records
from technitium_sandbox.zones.making import record_ttl
from technitium_sandbox.zones.records import reverse, rules
from technitium_sandbox.zones.records.reading import read, read_soa
from technitium_sandbox.zones.records.record import Data, Record, in_order
from technitium_sandbox.zones.records.service_hints import follow_hints, with_hints
from technitium_sandbox.zones.records.values import address
from technitium_sandbox.zones.zone import Zone, ZoneType
from technitium_sandbox.zones.zones_api import row

_ADDRESSES = ("A", "AAAA")
_NO_SUCH_RECORD = "Cannot delete record: no such record exists."
_NOT_THERE = "the record does not exists to be updated."
_SOA_KEEPERS = (ZoneType.PRIMARY, ZoneType.FORWARDER, ZoneType.CATALOG)


def get(call: Call) -> Outcome:
    zone, domain = zone_and_domain(call)
    demand(call, zone, Right.VIEW)
    if call.parameters.flag("listZone"):
        records = in_order([*zone.records(), *signature_records(zone)])
    else:
        refuse_outside(zone, domain)
        name = domain.lower()
        signatures = [one for one in signature_records(zone) if one.name == name]
        records = in_order([*zone.records_of(name), *signatures])
    return {"zone": row(call, zone), "records": [shown(zone, one) for one in records]}


def add(call: Call) -> Outcome:
    zone, domain = _managed(call, Right.MODIFY)
    parameters, now = call.parameters, call.node.clock.now()
    kind = as_type(parameters.required("type"))
    record = Record(
        name=domain.lower(),
        type=kind,
        ttl=_ttl(call, kind),
        data={},
        comments=_comments(call),
        last_modified=now,
    )
    overwrites = parameters.flag("overwrite")
    record.expiry_ttl = as_ttl(parameters.optional("expiryTtl") or "0")
    _refuse_second(zone, record, overwrites=overwrites)
    record.data = _data(call, kind)
    if kind in _ADDRESSES and parameters.flag("ptr"):
        reverse.point(call, record, domain)
    _add_to(call, zone, domain, record, overwrites=overwrites)
    _follow(call, zone, record)
    return {"zone": row(call, zone), "addedRecord": record.row()}


def update(call: Call) -> Outcome:
    zone, domain = _managed(call, Right.MODIFY)
    kind = as_type(call.parameters.required("type"))
    if kind == "SOA":
        return _update_soa(call, zone)
    new_name = as_name(call.parameters.optional("newDomain") or domain)
    old_data = _data(call, kind)
    new = Record(
        name=new_name.lower(),
        type=kind,
        ttl=_ttl(call, kind),
        data=read(kind, call.parameters, is_new=True),
        disabled=call.parameters.flag("disable"),
        comments=call.parameters.present("comments") or None,
        expiry_ttl=as_ttl(call.parameters.optional("expiryTtl") or "0"),
        last_modified=call.node.clock.now(),
    )
    new.data = with_hints(zone, new)
    if kind == "NS":
        _update_name_server(call, zone, domain, old_data, new)
    if kind in _ADDRESSES and call.parameters.flag("ptr"):
        reverse.repoint(call, domain, str(old_data["ipAddress"]), new)
    _replace(call, zone, domain, old_data, new)
    _follow(call, zone, new)
    return {"zone": row(call, zone), "updatedRecord": shown(zone, new)}


def delete(call: Call) -> Outcome:
    zone, domain = _managed(call, Right.DELETE)
    kind, now = as_type(call.parameters.required("type")), call.node.clock.now()
    name = domain.lower()
    if kind == "NS":
        rules.refuse_cluster_ns(zone, name, cluster_catalog(call), "delete")
    data = {} if kind in rules.ONE_OF_A_KIND else _deleted_data(call, kind)
    refuse_outside(zone, domain)
    rules.refuse_foreign(zone, "delete")
    if kind == "SOA":
        raise ApiError("Cannot delete SOA record.")
    if kind in rules.ONE_OF_A_KIND:
        gone = zone.drop(name, kind, now)
    else:
        gone = zone.take_away(name, kind, data, now)
    if not gone:
        raise ApiError(_NO_SUCH_RECORD)
    if kind in _ADDRESSES:
        reverse.forget(call.node.zones, name, str(data["ipAddress"]), now)
        follow_hints(zone, name, kind, now, wanted=call.parameters.flag("updateSvcbHints"))
    return {}


def shown(zone: Zone, record: Record) -> dict[str, object]:
    """A record of a zone; the SOA of a zone kept here tells how its serials are made."""
    if record.type == "SOA" and zone.type in _SOA_KEEPERS:
        return record.row({"useSerialDateScheme": zone.uses_date_scheme})
    return record.row()


def _managed(call: Call, right: Right) -> tuple[Zone, str]:
    zone, domain = zone_and_domain(call)
    refuse_internal(zone)
    demand(call, zone, right)
    return zone, domain


def _ttl(call: Call, kind: str) -> int:
    text = call.parameters.optional("ttl")
    if text is None or kind == "FWD":
        return record_ttl(call.node, kind)
    return as_ttl(text)


def _comments(call: Call) -> str | None:
    return call.parameters.optional("comments")


def _data(call: Call, kind: str) -> Data:
    """What was sent as rData; an address may be the caller's own."""
    sent = call.parameters.optional("ipAddress") or call.parameters.optional("value")
    if kind in _ADDRESSES and sent == "request-ip-address":
        return {"ipAddress": address(call.address, version=4 if kind == "A" else 6)}
    return read(kind, call.parameters)


def _deleted_data(call: Call, kind: str) -> Data:
    if kind != "FWD":
        return read(kind, call.parameters)
    wanted: Mapping[str, object] = read(kind, call.parameters)
    return {key: wanted[key] for key in ("protocol", "forwarder")}


def _refuse_second(zone: Zone, record: Record, *, overwrites: bool) -> None:
    if record.type in rules.ONE_OF_A_KIND and not overwrites:
        refuse_outside(zone, record.name)
        if zone.records_of(record.name, record.type):
            raise ApiError(
                "Record already exists. Use overwrite option if you wish to overwrite existing"
                " record."
            )


def _refuse_self(record: Record) -> None:
    target = record.data.get("cname", record.data.get("dname"))
    if record.type not in ("CNAME", "DNAME") or not isinstance(target, str):
        return
    if target.lower() == record.name:
        raise ApiError(f"{record.type} domain name cannot be same as that of the record name.")
    if record.type == "DNAME" and target.lower().endswith(f".{record.name}"):
        raise ApiError("DNAME domain name cannot be a sub domain of the record name.")


def _add_to(call: Call, zone: Zone, domain: str, record: Record, *, overwrites: bool) -> None:
    now = call.node.clock.now()
    _refuse_self(record)
    if record.type == "NS":
        rules.refuse_cluster_ns(zone, record.name, cluster_catalog(call), "add")
        record.glue = _glue(call, zone, record)
    record.data = with_hints(zone, record)
    refuse_outside(zone, domain)
    sets = overwrites or record.type in rules.ONE_OF_A_KIND
    rules.refuse_foreign(zone, "set" if sets else "add", "records" if sets else "record")
    rules.check_new(zone, record, sets=sets)
    if sets:
        zone.put([record], now)
        return
    exists = zone.find(record.name, record.type, record.data) is not None
    if exists and not call.node.version.adds_existing_records:
        raise ApiError("Cannot add record: record already exists.")
    zone.add(record, now)


def _replace(call: Call, zone: Zone, domain: str, old_data: Data, new: Record) -> None:
    now = call.node.clock.now()
    _refuse_self(new)
    refuse_outside(zone, domain)
    refuse_outside(zone, new.name)
    name = domain.lower()
    if not zone.sets_of(name):
        raise ApiError(f"Cannot update record: zone '{zone.name}' does not exists.")
    one_of_a_kind = new.type in rules.ONE_OF_A_KIND
    rules.refuse_foreign(
        zone, "set" if one_of_a_kind else "update", "records" if one_of_a_kind else "record"
    )
    rules.check_disabled(zone, new)
    rules.check_ttl(zone, new, "Cannot update record")
    if one_of_a_kind:
        if name != new.name:
            zone.drop(name, new.type, now)
        rules.check_new(zone, new, sets=True)
        zone.put([new], now)
        return
    old = zone.find(name, new.type, old_data)
    if old is None:
        is_move = name != new.name
        problem = "the old record does not exists." if is_move else _NOT_THERE
        raise ApiError(f"Cannot update record: {problem}")
    if name != new.name:
        rules.check_new(zone, new, sets=False)
        zone.take_away(name, new.type, old_data, now)
        zone.add(new, now)
    else:
        zone.update(old, new, now)


def _update_soa(call: Call, zone: Zone) -> Outcome:
    soa, ttl = read_soa(call.parameters), _ttl(call, "SOA")
    if zone.type in _SOA_KEEPERS:
        _check_soa(soa.refresh, soa.retry, soa.expire, ttl)
        if call.parameters.optional("useSerialDateScheme") is not None:
            zone.uses_date_scheme = call.parameters.flag("useSerialDateScheme")
        if zone.type is not ZoneType.PRIMARY:
            server = "invalid" if zone.type is ZoneType.CATALOG else soa.server
            soa, ttl = replace(soa, server=server, person="invalid"), 0
        zone.set_soa(soa, ttl=ttl, comments=_comments(call), now=call.node.clock.now())
    return {"zone": row(call, zone), "updatedRecord": shown(zone, zone.soa)}


def _check_soa(refresh: int, retry: int, expire: int, ttl: int) -> None:
    failed = "Failed to set records:"
    if ttl > expire:
        raise ApiError(f"{failed} TTL cannot be greater than SOA EXPIRE.")
    if retry > refresh:
        raise ApiError(f"{failed} SOA RETRY cannot be greater than SOA REFRESH.")
    if refresh > expire:
        raise ApiError(f"{failed} SOA REFRESH cannot be greater than SOA EXPIRE.")


def _update_name_server(call: Call, zone: Zone, domain: str, old: Data, new: Record) -> None:
    glue = call.parameters.present("glue")
    before = zone.find(domain.lower(), "NS", old)
    new.glue = before.glue if glue is None and before else _glue(call, zone, new)
    is_changed = new.disabled or new.expiry_ttl or bool(glue) or old != new.data
    if is_changed:
        verb = "disable" if new.disabled else "update"
        rules.refuse_cluster_ns(zone, domain.lower(), cluster_catalog(call), verb)


def _glue(call: Call, zone: Zone, record: Record) -> tuple[str, ...]:
    """Addresses of a name server below the name that it serves."""
    text = call.parameters.optional("glue")
    if text is None:
        return ()
    server = str(record.data["nameServer"]).lower()
    if record.name == zone.name and (server == zone.name or server.endswith(f".{zone.name}")):
        raise ApiError(
            "The zone's own NS records cannot have glue addresses. Please add separate A/AAAA"
            " records in the zone instead."
        )
    return tuple(_glue_address(part.strip()) for part in text.split(",") if part.strip())


def _glue_address(text: str) -> str:
    found = domain_names.as_address(text)
    if found is None:
        raise ApiError("An invalid IP address was specified.", inner="Invalid argument")
    return str(found)


def _follow(call: Call, zone: Zone, record: Record) -> None:
    if record.type in _ADDRESSES:
        wanted = call.parameters.flag("updateSvcbHints")
        follow_hints(zone, record.name, record.type, call.node.clock.now(), wanted=wanted)
