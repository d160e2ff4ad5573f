"""What the DNS client does with a reply that the caller wants to have in a local zone."""

from technitium_sandbox.accounts.permissions import Right
from technitium_sandbox.calls.errors import ApiError, access_denied
from technitium_sandbox.calls.routing import Call
from technitium_sandbox.resolver.replies import Question, Reply
from technitium_sandbox.zones import making as zone_making
from technitium_sandbox.zones.records.record import Record
from technitium_sandbox.zones.zone import Zone, ZoneType

_NOT_TAKEN = frozenset({"SOA", "RRSIG", "NSEC", "NSEC3", "NSEC3PARAM", "DNSKEY", "OPT"})


def take(call: Call, question: Question, reply: Reply) -> None:
    """Put the answer into the zone of the name, or into a new Primary zone of that name."""
    if not call.node.directory.allows(call.user, "Zones", Right.MODIFY):
        raise access_denied()
    zone, now = _zone(call, question, reply), call.node.clock.now()
    for record in reply.answer:
        if record.type not in _NOT_TAKEN and zone.holds(record.name):
            zone.add(
                Record(
                    name=record.name,
                    type=record.type,
                    ttl=record.ttl,
                    data=record.data,
                    last_modified=now,
                ),
                now,
            )


def _zone(call: Call, question: Question, reply: Reply) -> Zone:
    zones, user = call.node.zones, call.user
    is_whole = question.type == "AXFR" or any(
        one.type == "SOA" and one.name == question.name for one in reply.answer
    )
    zone = zones.closest(question.name)
    if zone is None or (is_whole and zone.name != question.name):
        if not question.name:
            raise ApiError("Cannot import records: failed to create primary zone.")
        zone = zone_making.primary(call.node, question.name)
        zones.add(zone)
        zone_making.open_to(zone, user)
        return zone
    if not zone.grants.bits(user.username, user.groups) & Right.MODIFY:
        raise access_denied()
    if zone.type is ZoneType.FORWARDER and question.type == "AXFR":
        raise ApiError(
            "Cannot import records via zone transfer: import zone must be of primary type."
        )
    if zone.type not in (ZoneType.PRIMARY, ZoneType.FORWARDER):
        raise ApiError("Cannot import records: import zone must be of primary or forwarder type.")
    return zone
