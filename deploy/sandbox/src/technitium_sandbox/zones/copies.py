"""Zones that a Secondary of a cluster has from its Primary: copies that the catalog lists."""

from typing import TYPE_CHECKING

from technitium_sandbox.accounts.permissions import Right
from technitium_sandbox.zones import catalogs
from technitium_sandbox.zones.records.record import Record
from technitium_sandbox.zones.zone import Zone, ZoneType

if TYPE_CHECKING:
    from technitium_sandbox.node import Node

EXPIRES_AFTER_S = 604_800
_COPIES = {
    ZoneType.PRIMARY: ZoneType.SECONDARY,
    ZoneType.STUB: ZoneType.STUB,
    ZoneType.FORWARDER: ZoneType.SECONDARY_FORWARDER,
    ZoneType.CATALOG: ZoneType.SECONDARY_CATALOG,
}
_ORIGINALS = {copy: original for original, copy in _COPIES.items()}


def transfer(node: "Node", primary: "Node", catalog_name: str) -> bool:
    """Bring a Secondary's copies up to date; its own zones stay. False when there is no catalog.

    A zone of its own that has the name of a member is left alone, as real nodes leave it.
    """
    catalog = primary.zones.find(catalog_name)
    if catalog is None or catalog.type is not ZoneType.CATALOG:
        return False
    _fetch(node, catalog, primary)
    listed = catalogs.members(catalog)
    for name in listed:
        member = primary.zones.find(name)
        if member is not None:
            _fetch(node, member, primary)
    for zone in [one for one in node.zones if one.catalog == catalog_name]:
        if zone.name not in listed:
            node.zones.remove(zone.name)
    return True


def promote(node: "Node", catalog_name: str) -> None:
    """Copies become the originals, with the serials and keys that they have."""
    for zone in node.zones:
        if catalog_name in (zone.name, zone.catalog) and zone.type in _ORIGINALS:
            zone.type = _ORIGINALS[zone.type]
            zone.expiry = None


def drop_catalog(node: "Node", catalog_name: str) -> None:
    """The end of a membership: the catalog goes, and with a copy of it all copies."""
    catalog = node.zones.remove(catalog_name)
    if catalog is None:
        return
    for zone in [one for one in node.zones if one.catalog == catalog_name]:
        if catalog.type is ZoneType.CATALOG:
            zone.catalog = None
        else:
            node.zones.remove(zone.name)


def _fetch(node: "Node", original: Zone, primary: "Node") -> None:
    now = node.clock.now()
    there = node.zones.find(original.name)
    if there is not None and there.type is not _COPIES.get(original.type):
        return
    if there is not None and there.soa_serial == original.soa_serial:
        there.expiry = now + EXPIRES_AFTER_S
        return
    copy = _copy(original, now)
    copy.options.primary_servers = list(primary.ip_addresses)
    if there is None:
        for user in primary.directory.users:
            if original.grants.users.get(user) == int(Right.ALL) and user in node.directory.users:
                copy.grants.users[user] = int(Right.ALL)
    else:
        copy.grants, copy.disabled = there.grants, there.disabled
    node.zones.add(copy)


def _copy(original: Zone, now: float) -> Zone:
    copy = Zone(
        name=original.name,
        type=_COPIES[original.type],
        last_modified=now,
        catalog=original.catalog,
        expiry=now + EXPIRES_AFTER_S,
    )
    copy.clear()
    copy.load(_fetched(one, now) for one in original.records() if not one.disabled)
    copy.signing = original.signing
    copy.options.query_access = original.options.query_access
    return copy


def _fetched(record: Record, now: float) -> Record:
    """Comments do not travel; the moment is that of the transfer."""
    return Record(
        name=record.name,
        type=record.type,
        ttl=record.ttl,
        data=record.data,
        glue=record.glue,
        last_modified=now,
    )
