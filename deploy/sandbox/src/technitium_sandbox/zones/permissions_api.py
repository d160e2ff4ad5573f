"""`/api/zones/permissions/…`: who may do what with one zone."""

from technitium_sandbox.accounts.permissions import (
    ADMINISTRATORS,
    DNS_ADMINISTRATORS,
    Right,
    rows,
)
from technitium_sandbox.accounts.permissions_api import parse_rows
from technitium_sandbox.calls.routing import Call, Outcome
from technitium_sandbox.zones.access import demand, existing, name_of_zone
from technitium_sandbox.zones.zone import Zone


def permissions_get(call: Call) -> Outcome:
    zone = existing(call, name_of_zone(call))
    demand(call, zone, Right.VIEW)
    fields = _shown(zone)
    if call.parameters.flag("includeUsersAndGroups"):
        directory = call.node.directory
        fields["users"] = sorted(directory.users)
        fields["groups"] = sorted(directory.groups, key=str.lower)
    return fields


def permissions_set(call: Call) -> Outcome:
    """Each list that is given replaces the one before it; forced rows come back by themselves."""
    zone = existing(call, name_of_zone(call))
    demand(call, zone, Right.DELETE)
    directory = call.node.directory
    users = call.parameters.present("userPermissions")
    if users is not None:
        given = {name.lower(): bits for name, bits in parse_rows(users)}
        zone.grants.users = {name: bits for name, bits in given.items() if name in directory.users}
    groups = call.parameters.present("groupPermissions")
    if groups is not None:
        known = {name: bits for name, bits in parse_rows(groups) if name in directory.groups}
        zone.grants.groups = known | _forced(zone)
    return _shown(zone)


def _forced(zone: Zone) -> dict[str, int]:
    right = int(Right.VIEW if zone.internal else Right.ALL)
    return {ADMINISTRATORS: right, DNS_ADMINISTRATORS: right}


def _shown(zone: Zone) -> dict[str, object]:
    return {
        "section": "Zones",
        "subItem": zone.shown_name,
        "userPermissions": rows("username", zone.grants.users),
        "groupPermissions": rows("name", zone.grants.groups),
    }
