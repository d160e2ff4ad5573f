"""`/api/zones/options/get` and `/set`: each type of zone has its own set of options."""

import ipaddress

from technitium_sandbox.accounts.permissions import Right
from technitium_sandbox.calls.errors import ApiError
from technitium_sandbox.calls.parameters import Parameters, as_bool
from technitium_sandbox.calls.routing import Call, Outcome
from technitium_sandbox.dns import domain_names
from technitium_sandbox.dns.codes import PROTOCOLS
from technitium_sandbox.dns.record_types import as_type
from technitium_sandbox.settings.tsig_keys import key_names
from technitium_sandbox.zones import catalogs, making
from technitium_sandbox.zones.access import zone_for
from technitium_sandbox.zones.membership import become_member, usable_catalog, usable_catalogs
from technitium_sandbox.zones.options import NOTIFY, QUERY_ACCESS, UPDATE, ZONE_TRANSFER, Policy
from technitium_sandbox.zones.records.values import choice
from technitium_sandbox.zones.zone import NOTIFYING, TRANSFERRED, Zone, ZoneType

_PRIMARY, _FORWARDER, _STUB = ZoneType.PRIMARY, ZoneType.FORWARDER, ZoneType.STUB
_SECONDARY, _CATALOG = ZoneType.SECONDARY, ZoneType.CATALOG
_SECONDARY_FORWARDER = ZoneType.SECONDARY_FORWARDER
_SECONDARY_CATALOG = ZoneType.SECONDARY_CATALOG
_FETCHED = (_SECONDARY, _SECONDARY_FORWARDER, _SECONDARY_CATALOG)
_TRANSFERABLE = (*NOTIFYING, _SECONDARY_CATALOG)
_UPDATABLE = (_PRIMARY, _SECONDARY, _SECONDARY_FORWARDER, _FORWARDER)
_QUERY, _TRANSFER = "overrideCatalogQueryAccess", "overrideCatalogZoneTransfer"
_POLICY_FIELDS = 3


def options_get(call: Call) -> Outcome:
    # Section Modify has been asked for; on the zone View is enough.
    with_catalogs = call.parameters.flag("includeAvailableCatalogZoneNames")
    with_keys = call.parameters.flag("includeAvailableTsigKeyNames")
    zone = zone_for(call, Right.VIEW, also_domain=True)
    fields = {**_head(zone), **_membership(call, zone), **_source(zone), **_access(zone)}
    if with_catalogs:
        fields["availableCatalogZoneNames"] = usable_catalogs(call)
    if with_keys:
        fields["availableTsigKeyNames"] = key_names(call.node)
    return fields


def options_set(call: Call) -> Outcome:
    """Field by field: what came before one that fails stays changed."""
    zone = zone_for(call, Right.DELETE, also_domain=True)
    parameters, is_copy = call.parameters, _is_copy(call, zone)
    if parameters.optional("disabled") is not None:
        zone.disabled = parameters.flag("disabled")
    if not is_copy:
        _set_overrides(parameters, zone)
        _set_source(parameters, zone)
        _set_query_access(call, zone)
        _set_transfer(call, zone)
    _set_notify(parameters, zone)
    _set_update(parameters, zone)
    if not is_copy:
        _set_catalog(call, zone)
    zone.touched(call.node.clock.now())
    return {}


def _head(zone: Zone) -> dict[str, object]:
    fields: dict[str, object] = {"name": zone.name}
    readable = domain_names.to_unicode(zone.name)
    if readable != zone.name:
        fields["nameIdn"] = readable
    fields["type"] = zone.type.value
    if zone.type is _PRIMARY:
        fields["internal"] = zone.internal
    if zone.type in (_PRIMARY, _SECONDARY):
        fields["dnssecStatus"] = zone.dnssec_status
    if zone.type in NOTIFYING:
        fields |= {"notifyFailed": False, "notifyFailedFor": []}
    return fields | {"disabled": zone.disabled}


def _membership(call: Call, zone: Zone) -> dict[str, object]:
    options = zone.options
    if zone.type in (_CATALOG, _SECONDARY_CATALOG):
        return {}
    fields: dict[str, object] = {"catalog": zone.catalog}
    if zone.catalog is None:
        return fields
    if zone.type is _STUB:
        fields["isSecondaryCatalogMember"] = _is_copy(call, zone)
    fields[_QUERY] = options.override_query_access
    if zone.type in (_PRIMARY, _FORWARDER, _SECONDARY):
        fields[_TRANSFER] = options.override_zone_transfer
    if zone.type in (_PRIMARY, _FORWARDER):
        fields["overrideCatalogNotify"] = options.override_notify
    if zone.type is _SECONDARY:
        fields["overrideCatalogPrimaryNameServers"] = options.override_primary_servers
    return fields


def _source(zone: Zone) -> dict[str, object]:
    options = zone.options
    fields: dict[str, object] = {}
    if zone.type in TRANSFERRED:
        fields["primaryNameServerAddresses"] = options.primary_servers
    if zone.type in _FETCHED:
        protocol = options.transfer_protocol
        fields["primaryZoneTransferProtocol"] = "Tcp" if protocol == "Udp" else protocol
        fields["primaryZoneTransferTsigKeyName"] = options.transfer_key
    if zone.type is _SECONDARY:
        fields["validateZone"] = options.validate
    return fields


def _access(zone: Zone) -> dict[str, object]:
    options = zone.options
    fields: dict[str, object] = {
        "queryAccess": options.query_access,
        "queryAccessNetworkACL": options.query_access_acl,
    }
    if zone.type in _TRANSFERABLE:
        fields["zoneTransfer"] = options.zone_transfer
        fields["zoneTransferNetworkACL"] = options.zone_transfer_acl
        fields["zoneTransferTsigKeyNames"] = options.zone_transfer_keys
    if zone.type in NOTIFYING:
        fields |= {"notify": options.notify, "notifyNameServers": options.notify_servers}
    if zone.type is _CATALOG:
        fields["notifySecondaryCatalogsNameServers"] = options.notify_catalogs
    if zone.type in _UPDATABLE:
        fields |= {"update": options.update, "updateNetworkACL": options.update_acl}
    if zone.type in (_PRIMARY, _FORWARDER):
        fields["updateSecurityPolicies"] = options.update_policies
    return fields


def _set_overrides(parameters: Parameters, zone: Zone) -> None:
    options = zone.options
    if zone.type in (_PRIMARY, _FORWARDER, _STUB):
        options.override_query_access = _flag(parameters, _QUERY, options.override_query_access)
    if zone.type in (_PRIMARY, _FORWARDER):
        options.override_zone_transfer = _flag(
            parameters, _TRANSFER, options.override_zone_transfer
        )
        options.override_notify = _flag(
            parameters, "overrideCatalogNotify", options.override_notify
        )


def _set_source(parameters: Parameters, zone: Zone) -> None:
    options = zone.options
    if zone.type in _FETCHED:
        protocol = parameters.optional("primaryZoneTransferProtocol")
        if protocol is not None:
            options.transfer_protocol = choice(protocol, names=PROTOCOLS)
        key = parameters.present("primaryZoneTransferTsigKeyName")
        if key is not None:
            options.transfer_key = key or None
    if zone.type in TRANSFERRED:
        servers = parameters.items("primaryNameServerAddresses")
        options.primary_servers = options.primary_servers if servers is None else servers
    if zone.type is _SECONDARY:
        options.validate = _flag(parameters, "validateZone", options.validate)


def _set_query_access(call: Call, zone: Zone) -> None:
    if zone.type is _SECONDARY_CATALOG:
        return
    options, parameters = zone.options, call.parameters
    options.query_access_acl = _acl(parameters, "queryAccessNetworkACL", options.query_access_acl)
    wanted = _choice(parameters, "queryAccess", QUERY_ACCESS)
    if wanted is not None:
        options.query_access = wanted
        _tell_catalog(call, zone, "allow-query", wanted)


def _set_transfer(call: Call, zone: Zone) -> None:
    if zone.type not in NOTIFYING:
        return
    options, parameters = zone.options, call.parameters
    options.zone_transfer_acl = _acl(
        parameters, "zoneTransferNetworkACL", options.zone_transfer_acl
    )
    wanted = _choice(parameters, "zoneTransfer", ZONE_TRANSFER)
    if wanted is not None:
        options.zone_transfer = wanted
        _tell_catalog(call, zone, "allow-transfer", wanted)
    keys = parameters.items("zoneTransferTsigKeyNames")
    if keys is not None:
        options.zone_transfer_keys = list(dict.fromkeys(key.strip(".").lower() for key in keys))


def _set_notify(parameters: Parameters, zone: Zone) -> None:
    if zone.type not in NOTIFYING:
        return
    options = zone.options
    options.notify = _choice(parameters, "notify", NOTIFY) or options.notify
    options.notify_servers = _servers(parameters, "notifyNameServers", options.notify_servers)
    if zone.type is _CATALOG:
        options.notify_catalogs = _servers(
            parameters, "notifySecondaryCatalogsNameServers", options.notify_catalogs
        )


def _set_update(parameters: Parameters, zone: Zone) -> None:
    options = zone.options
    if zone.type in _UPDATABLE:
        options.update = _choice(parameters, "update", UPDATE) or options.update
        options.update_acl = _acl(parameters, "updateNetworkACL", options.update_acl)
    policies = parameters.present("updateSecurityPolicies")
    if zone.type in (_PRIMARY, _FORWARDER) and policies is not None:
        options.update_policies = _policies(policies, zone)


def _set_catalog(call: Call, zone: Zone) -> None:
    """Last, so that what was set before is what the catalog is told."""
    name = call.parameters.present("catalog")
    if name is None or zone.type not in (_PRIMARY, _STUB, _FORWARDER):
        return
    if not name:
        catalogs.leave(call.node.zones, zone, call.node.clock.now())
    elif name.lower() != zone.catalog:
        catalog = usable_catalog(call, name)
        catalogs.leave(call.node.zones, zone, call.node.clock.now())
        become_member(call, catalog, zone)


def _policies(text: str, zone: Zone) -> list[Policy]:
    """Key, domain and types, three by three between bars; the same key and domain add up."""
    parts = [] if text.lower() == "false" else [part for part in text.split("|") if part]
    if len(parts) % _POLICY_FIELDS:
        raise ApiError("Index was outside the bounds of the array.")
    found: dict[tuple[str, str], list[str]] = {}
    for key, domain, types in zip(*(iter(parts),) * _POLICY_FIELDS, strict=True):
        place = domain.strip(".").lower()
        if not zone.holds(place):
            raise ApiError(
                f"Cannot set Dynamic Updates security policies: the domain '{place}' must be part"
                " of the current zone."
            )
        allowed = found.setdefault((key.strip(".").lower(), place), [])
        allowed += [as_type(one) for one in types.replace(",", " ").split()]
    return [
        {"tsigKeyName": key, "domain": domain, "allowedTypes": types}
        for (key, domain), types in sorted(found.items(), key=lambda item: item[0][0])
    ]


def _is_copy(call: Call, zone: Zone) -> bool:
    """Whether a Secondary catalog here decides the options of this zone."""
    catalog = call.node.zones.find(zone.catalog) if zone.catalog else None
    return catalog is not None and catalog.type is _SECONDARY_CATALOG


def _tell_catalog(call: Call, zone: Zone, name: str, wanted: str) -> None:
    if zone.type is _CATALOG:
        allows = wanted == "Allow"
        making.set_property(zone, name, allows=allows, now=call.node.clock.now())


def _flag(parameters: Parameters, name: str, present: bool) -> bool:  # noqa: FBT001 - the value
    text = parameters.optional(name)
    return present if text is None else as_bool(text)


def _choice(parameters: Parameters, name: str, names: dict[str, int]) -> str | None:
    text = parameters.optional(name)
    return None if text is None else choice(text, names=names)


def _acl(parameters: Parameters, name: str, present: list[str]) -> list[str]:
    items = parameters.items(name)
    return present if items is None else [_network(item) for item in items]


def _network(text: str) -> str:
    """An address or a network, with `!` before it when it is refused."""
    sign = "!" if text.startswith("!") else ""
    try:
        network = ipaddress.ip_network(text.removeprefix("!").strip(), strict=False)
    except ValueError:
        raise ApiError(f"Invalid network address was specified: {text}") from None
    is_host = network.prefixlen == network.max_prefixlen
    return sign + (str(network.network_address) if is_host else str(network))


def _servers(parameters: Parameters, name: str, present: list[str]) -> list[str]:
    items = parameters.items(name)
    return present if items is None else [_address(item) for item in items]


def _address(text: str) -> str:
    found = domain_names.as_address(text)
    if found is None:
        raise ApiError("An invalid IP address was specified.", inner="Invalid argument")
    return str(found)
