"""The calls under `/api/dhcp/leases/`."""

from dataclasses import replace

from technitium_sandbox.accounts.permissions import Right
from technitium_sandbox.calls.errors import ApiError
from technitium_sandbox.calls.parameters import as_byte
from technitium_sandbox.calls.routing import Call, Handler, Outcome
from technitium_sandbox.clock import timestamp
from technitium_sandbox.dhcp.fields import as_hardware, hardware_text
from technitium_sandbox.dhcp.scope import ClientId, Lease, LeaseType, Reservation, Scope
from technitium_sandbox.dhcp.scopes_api import routes


def leases_list(call: Call) -> Outcome:
    found = call.node.dhcp.leases(call.node.clock.now())
    return {"leases": [row(scope, lease) for scope, lease in found]}


def leases_remove(call: Call) -> Outcome:
    """The reservation of a lease by reservation goes with it."""
    scope = _scope(call)
    lease = _find(call, scope, None)
    reservation = scope.reservations.get(lease.hardware)
    del scope.leases[lease.client]
    if (
        lease.kind is LeaseType.RESERVED
        and reservation is not None
        and reservation.address == lease.address
    ):
        del scope.reservations[lease.hardware]
    return {}


def convert_to_reserved(call: Call) -> Outcome:
    """The reservation has neither name nor comments, whatever one before it had."""
    scope = _scope(call)
    lease = _find(call, scope, LeaseType.DYNAMIC)
    scope.reservations[lease.hardware] = Reservation(hardware=lease.hardware, address=lease.address)
    scope.leases[lease.client] = replace(lease, kind=LeaseType.RESERVED)
    return {}


def convert_to_dynamic(call: Call) -> Outcome:
    """An exclusion of just that address goes with the reservation."""
    scope = _scope(call)
    lease = _find(call, scope, LeaseType.RESERVED)
    scope.reservations.pop(lease.hardware, None)
    alone = (lease.address, lease.address)
    if scope.exclusions is not None:
        scope.exclusions = [one for one in scope.exclusions if one != alone] or None
    scope.leases[lease.client] = replace(lease, kind=LeaseType.DYNAMIC)
    return {}


def as_client_id(text: str) -> ClientId:
    """`1-001122334455`: the kind as a number, the bytes in hexadecimal."""
    kind, dash, value = text.partition("-")
    number = as_byte(kind)
    if not dash:
        raise ApiError("Index was outside the bounds of the array.")
    try:
        return ClientId(number, bytes.fromhex(value))
    except ValueError:
        raise ApiError(
            "The input is not a valid hex string as it contains a non-hex character."
        ) from None


def _scope(call: Call) -> Scope:
    name = call.parameters.required("name")
    scope = call.node.dhcp.find(name)
    if scope is None:
        raise ApiError(f"DHCP scope does not exists: {name}")
    scope.settle(call.node.clock.now())
    return scope


def _find(call: Call, scope: Scope, kind: LeaseType | None) -> Lease:
    """The lease that the call names, of that kind; the client identifier goes first."""
    identifier = call.parameters.optional("clientIdentifier")
    hardware = call.parameters.optional("hardwareAddress")
    if identifier is not None:
        client = as_client_id(identifier)
        named = f"client identifier: {client}"
        found = scope.leases.get(client)
    elif hardware is not None:
        address = as_hardware(hardware)
        named = f"hardware address: {hardware_text(address)}"
        found = next((one for one in scope.leases.values() if one.hardware == address), None)
    else:
        raise ApiError(
            "Parameter 'hardwareAddress' or 'clientIdentifier' missing."
            " At least one of them must be specified."
        )
    if found is None or kind not in (None, found.kind):
        which = "" if kind is None else f"{kind.lower()} "
        raise ApiError(f"No {which}lease was found for {named}")
    return found


def row(scope: Scope, lease: Lease) -> dict[str, object]:
    return {
        "scope": scope.name,
        "type": lease.kind.value,
        "hardwareAddress": hardware_text(lease.hardware),
        "clientIdentifier": str(lease.client),
        "address": str(lease.address),
        "hostName": lease.host_name,
        "leaseObtained": timestamp(lease.obtained),
        "leaseExpires": timestamp(lease.expires),
    }


_CALLS: tuple[tuple[str, Right, Handler], ...] = (
    ("list", Right.VIEW, leases_list),
    ("remove", Right.DELETE, leases_remove),
    ("convertToReserved", Right.MODIFY, convert_to_reserved),
    ("convertToDynamic", Right.MODIFY, convert_to_dynamic),
)
ROUTES = routes("/api/dhcp/leases/", _CALLS)
