"""What a node answers from its own zones."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from technitium_sandbox.dashboard.statistics import Rcode, Source
from technitium_sandbox.dns import domain_names
from technitium_sandbox.dns.resource_records import DnsRecord
from technitium_sandbox.resolver.replies import Question, Reply
from technitium_sandbox.zones.table import ZoneTable
from technitium_sandbox.zones.zone import Zone, ZoneType

if TYPE_CHECKING:
    from technitium_sandbox.node import Node

_LONGEST_CHAIN = 16
_AUTHORITATIVE = (ZoneType.PRIMARY, ZoneType.SECONDARY)
_DECIDING = (ZoneType.PRIMARY, ZoneType.SECONDARY, ZoneType.FORWARDER)
_WITH_ADDRESSES = {"NS": "nameServer", "MX": "exchange", "SRV": "target"}


def authoritative(node: "Node", question: Question) -> Reply | None:
    """The reply of this node's zones; None when somebody else is to be asked."""
    zone = closest(node.zones, question.name)
    if zone is None or _is_delegated(zone, question.name):
        return None
    found: list[DnsRecord] = []
    name = question.name
    while zone is not None and len(found) < _LONGEST_CHAIN:
        step = _step(zone, name, question.type)
        found += step
        if not step or step[-1].type != "CNAME" or question.type in {"CNAME", "ANY"}:
            break
        name = str(step[-1].data["cname"]).lower()
        zone = closest(node.zones, name)
    if zone is None or (zone.type is ZoneType.FORWARDER and not found):
        return _continued(node, found, Question(name, question.type)) if found else None
    return _reply(node, question, zone, name, found)


def name_of_address(node: "Node", address: str) -> str | None:
    """The name that the node's own zones give an address; None when they give none."""
    found = domain_names.as_address(address)
    if found is None:
        return None
    reply = authoritative(node, Question(domain_names.of_address(found), "PTR"))
    for record in () if reply is None else reply.answer:
        if record.type == "PTR":
            return str(record.data["ptrName"])
    return None


def whole_zone(node: "Node", name: str) -> Reply | None:
    """All records of a zone for whoever asks for a transfer, where its options let everybody."""
    zone = node.zones.find(name)
    if zone is None or zone.disabled or zone.type not in _AUTHORITATIVE:
        return None
    if zone.options.zone_transfer != "Allow":
        return None
    records = [one for label in zone.names() for one in _records(zone, label)]
    soa = [one for one in records if one.type == "SOA"]
    rest = [one for one in records if one.type != "SOA"]
    return Reply(
        rcode=Rcode.NO_ERROR,
        source=Source.AUTHORITATIVE,
        answer=(*soa, *rest, *soa),
        is_authoritative=True,
    )


def closest(zones: ZoneTable, name: str) -> Zone | None:
    """The zone that decides about a name; one that is disabled decides nothing."""
    zone = zones.closest(name)
    return zone if zone is not None and zone.type in _DECIDING and not zone.disabled else None


def _reply(
    node: "Node", question: Question, zone: Zone, last: str, found: Sequence[DnsRecord]
) -> Reply:
    is_answered = any(question.type in {one.type, "ANY"} for one in found)
    exists = is_answered or zone.has_name(last) or bool(_wildcard(zone, last))
    return Reply(
        rcode=Rcode.NO_ERROR if exists else Rcode.NX_DOMAIN,
        source=Source.AUTHORITATIVE,
        answer=tuple(found),
        authority=() if is_answered else (_negative(zone),),
        additional=tuple(_addresses(node.zones, found)),
        is_authoritative=True,
    )


def _continued(node: "Node", found: Sequence[DnsRecord], rest: Question) -> Reply:
    """An alias that leads out of this node's zones, followed."""
    reply = node.resolver.recursive(rest)
    return replace(
        reply,
        source=Source.AUTHORITATIVE,
        answer=(*found, *reply.answer),
        is_authoritative=True,
        rtt_ms=None,
    )


def _step(zone: Zone, name: str, qtype: str) -> list[DnsRecord]:
    """The records of one name that are asked for, else its alias."""
    here = _records(zone, name) or _wildcard(zone, name)
    wanted = [one for one in here if qtype in {one.type, "ANY"}]
    return wanted or [one for one in here if one.type == "CNAME"][:1]


def _records(zone: Zone, name: str) -> list[DnsRecord]:
    return [
        DnsRecord(one.name, one.type, one.ttl, one.data)
        for one in zone.records_of(name)
        if not one.disabled and one.type != "FWD"
    ]


def _wildcard(zone: Zone, name: str) -> list[DnsRecord]:
    """What `*` above a name that is not there says for it."""
    if zone.has_name(name):
        return []
    above = name.partition(".")[2]
    while zone.holds(above) and above != zone.name and not zone.has_name(above):
        above = above.partition(".")[2]
    if not zone.holds(above):
        return []
    return [replace(one, name=name) for one in _records(zone, f"*.{above}" if above else "*")]


def _is_delegated(zone: Zone, name: str) -> bool:
    """Whether a name lies at or under another server's part of the zone."""
    while name != zone.name and zone.holds(name) and name:
        if zone.records_of(name, "NS"):
            return True
        name = name.partition(".")[2]
    return False


def _negative(zone: Zone) -> DnsRecord:
    """The SOA that says for how long there is nothing."""
    soa = zone.soa
    minimum = soa.data["minimum"]
    ttl = min(soa.ttl, minimum) if isinstance(minimum, int) else soa.ttl
    return DnsRecord(zone.name, "SOA", ttl, soa.data)


def _addresses(zones: ZoneTable, found: Sequence[DnsRecord]) -> Iterator[DnsRecord]:
    """Addresses of the servers that an answer names, as far as they are known here."""
    for record in found:
        key = _WITH_ADDRESSES.get(record.type)
        name = str(record.data[key]).lower() if key else ""
        zone = closest(zones, name) if name else None
        if zone is not None:
            yield from (one for one in _records(zone, name) if one.type in {"A", "AAAA"})
