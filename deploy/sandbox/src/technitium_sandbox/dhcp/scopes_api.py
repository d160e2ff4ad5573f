"""The calls under `/api/dhcp/scopes/`."""

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address

from technitium_sandbox.accounts.permissions import Right
from technitium_sandbox.calls.errors import ApiError
from technitium_sandbox.calls.routing import Call, Handler, Outcome, Route
from technitium_sandbox.dhcp import fields as dhcp_fields
from technitium_sandbox.dhcp.fields import as_hardware, as_ipv4, hardware_text
from technitium_sandbox.dhcp.records import publish
from technitium_sandbox.dhcp.scope import Reservation, Scope


def scopes_list(call: Call) -> Outcome:
    return {"scopes": [dict(_overview(scope)) for scope in call.node.dhcp.sorted()]}


def scopes_get(call: Call) -> Outcome:
    name = call.parameters.required("name")
    scope = call.node.dhcp.find(name)
    if scope is None:
        raise ApiError(f"DHCP scope was not found: {name}")
    fields = {key: value for key, value in _details(scope) if value is not None}
    if not call.node.version.shows_dns_overwrite:
        del fields["dnsOverwriteForDynamicLease"]
    return fields


def scopes_set(call: Call) -> Outcome:
    """Change a scope field by field, or make one; a bad field ends it half-way.

    A scope that is there has the fields before the bad one changed; a new one is not made.
    """
    dhcp, parameters = call.node.dhcp, call.parameters
    name = parameters.required("name")
    scope = dhcp.find(name)
    start, end, mask = dhcp_fields.network(parameters, scope)
    if scope is None:
        dhcp_fields.check_name(name)
        dhcp_fields.check_network(start, end, mask)
        scope = Scope(name=name, start=start, end=end, mask=mask)
        dhcp_fields.apply(scope, parameters, dhcp.dns_address(scope))
        dhcp.add(scope)
    else:
        dhcp.refuse_overlap(start, end, scope)
        dhcp_fields.check_network(start, end, mask)
        scope.start, scope.end, scope.mask = start, end, mask
        scope.rewind()
        dhcp_fields.apply(scope, parameters, dhcp.dns_address(scope))
    new_name = parameters.optional("newName")
    if new_name is not None and new_name != name:
        dhcp_fields.check_name(new_name)
        dhcp.rename(scope, new_name)
    return {}


def scopes_enable(call: Call) -> Outcome:
    """A scope that is not there is as good as one that is in service already."""
    scope = call.node.dhcp.find(call.parameters.required("name"))
    if scope is not None:
        call.node.dhcp.enable(scope)
    return {}


def scopes_disable(call: Call) -> Outcome:
    scope = call.node.dhcp.find(call.parameters.required("name"))
    if scope is not None:
        call.node.dhcp.disable(scope)
    return {}


def scopes_delete(call: Call) -> Outcome:
    call.node.dhcp.delete(call.parameters.required("name"))
    return {}


def add_reserved_lease(call: Call) -> Outcome:
    """Neither the range nor another reservation of the same address is looked at."""
    parameters = call.parameters
    scope = _existing(call)
    hardware_sent = parameters.required("hardwareAddress")
    address = parameters.required("ipAddress")
    reservation = Reservation(
        hardware=as_hardware(hardware_sent),
        address=as_ipv4(address, "address"),
        host_name=parameters.optional("hostName"),
        comments=parameters.optional("comments"),
    )
    if reservation.hardware in scope.reservations:
        reason = "A reserved lease with same hardware address already exists in"
        raise ApiError(
            f"{_reason(call, reason, 'Failed to add reserved lease for')} scope: {scope.name}"
        )
    scope.reservations[reservation.hardware] = reservation
    return {}


def remove_reserved_lease(call: Call) -> Outcome:
    scope = _existing(call)
    hardware = as_hardware(call.parameters.required("hardwareAddress"))
    if scope.reservations.pop(hardware, None) is None:
        reason = "No such reserved lease was found in"
        raise ApiError(
            f"{_reason(call, reason, 'Failed to remove reserved lease for')} scope: {scope.name}"
        )
    return {}


def _reason(call: Call, reason: str, before: str) -> str:
    return reason if call.node.version.tells_why_reservations_fail else before


def _existing(call: Call) -> Scope:
    name = call.parameters.required("name")
    scope = call.node.dhcp.find(name)
    if scope is None:
        raise ApiError(f"No such scope exists: {name}")
    return scope


def _overview(scope: Scope) -> Iterator[tuple[str, object]]:
    yield "name", scope.name
    yield "enabled", scope.enabled
    yield "startingAddress", str(scope.start)
    yield "endingAddress", str(scope.end)
    yield "subnetMask", str(scope.mask)
    yield "networkAddress", str(scope.network)
    yield "broadcastAddress", str(scope.broadcast)
    if scope.interface is not None:
        yield "interfaceAddress", str(scope.interface)


def _details(scope: Scope) -> Iterator[tuple[str, object]]:
    """Every field in the order of the API; one that is not set is None."""
    yield "name", scope.name
    yield "startingAddress", str(scope.start)
    yield "endingAddress", str(scope.end)
    yield "subnetMask", str(scope.mask)
    yield "leaseTimeDays", scope.lease_days
    yield "leaseTimeHours", scope.lease_hours
    yield "leaseTimeMinutes", scope.lease_minutes
    yield "offerDelayTime", scope.offer_delay_ms
    yield "pingCheckEnabled", scope.ping_check
    yield "pingCheckTimeout", scope.ping_timeout_ms
    yield "pingCheckRetries", scope.ping_retries
    yield "domainName", scope.domain_name
    yield "domainSearchList", scope.search_list
    yield "dnsUpdates", scope.dns_updates
    yield "dnsOverwriteForDynamicLease", scope.dns_overwrite
    yield "dnsTtl", scope.dns_ttl_s
    yield "serverAddress", _text(scope.server_address)
    yield "serverHostName", scope.server_host_name
    yield "bootFileName", scope.boot_file
    yield "routerAddress", _text(scope.router)
    yield "useThisDnsServer", scope.use_this_dns_server
    yield from _servers(scope)
    yield from _options(scope)
    yield "exclusions", _table(scope.exclusions, "startingAddress", "endingAddress")
    yield "reservedLeases", [_reserved(one) for one in scope.reserved()]
    yield "allowOnlyReservedLeases", scope.only_reserved
    yield "blockLocallyAdministeredMacAddresses", scope.block_local_macs
    yield "ignoreClientIdentifierOption", scope.ignore_client_id


def _servers(scope: Scope) -> Iterator[tuple[str, object]]:
    yield "dnsServers", _texts(scope.dns_servers)
    yield "winsServers", _texts(scope.wins_servers)
    yield "ntpServers", _texts(scope.ntp_servers)
    yield "ntpServerDomainNames", scope.ntp_names


def _options(scope: Scope) -> Iterator[tuple[str, object]]:
    yield "staticRoutes", _table(scope.static_routes, "destination", "subnetMask", "router")
    yield "vendorInfo", _table(scope.vendor_info, "identifier", "information")
    yield "capwapAcIpAddresses", _texts(scope.capwap_addresses)
    yield "tftpServerAddresses", _texts(scope.tftp_servers)
    yield "genericOptions", _table(scope.generic_options, "code", "value")


def _reserved(one: Reservation) -> dict[str, object]:
    return {
        "hostName": one.host_name,
        "hardwareAddress": hardware_text(one.hardware),
        "address": str(one.address),
        "comments": one.comments,
    }


def _table(rows: object, *names: str) -> list[dict[str, object]] | None:
    if not isinstance(rows, list | tuple):
        return None
    return [{name: _shown(cell) for name, cell in zip(names, row, strict=True)} for row in rows]


def _shown(cell: object) -> object:
    if isinstance(cell, bytes):
        return cell.hex(":").upper()
    return str(cell) if isinstance(cell, IPv4Address) else cell


def _text(address: IPv4Address | None) -> str | None:
    return None if address is None else str(address)


def _texts(addresses: object) -> list[str] | None:
    return [str(one) for one in addresses] if isinstance(addresses, list | tuple) else None


def _publishing(handler: Handler) -> Handler:
    """The same call, after which the records of leases are as the scopes are then.

    What a failed call had changed before it failed is not published: it was not written down.
    """

    def act(call: Call) -> Outcome:
        outcome = handler(call)
        publish(call.node)
        call.node.sessions.changes += 1
        return outcome

    return act


def routes(folder: str, calls: Iterable[tuple[str, Right, Handler]]) -> tuple[Route, ...]:
    """Calls that change something publish the records of leases, too."""
    return tuple(
        Route(
            path=folder + name,
            needs=(("DhcpServer", right),),
            handler=handler if right is Right.VIEW else _publishing(handler),
        )
        for name, right, handler in calls
    )


_CALLS: tuple[tuple[str, Right, Handler], ...] = (
    ("list", Right.VIEW, scopes_list),
    ("get", Right.VIEW, scopes_get),
    ("set", Right.MODIFY, scopes_set),
    ("enable", Right.MODIFY, scopes_enable),
    ("disable", Right.MODIFY, scopes_disable),
    ("delete", Right.DELETE, scopes_delete),
    ("addReservedLease", Right.MODIFY, add_reserved_lease),
    ("removeReservedLease", Right.MODIFY, remove_reserved_lease),
)
ROUTES = routes("/api/dhcp/scopes/", _CALLS)
