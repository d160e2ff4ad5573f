"""How the scopes of a node are written into the sandbox's state file, and read from it."""

from dataclasses import dataclass, replace
from ipaddress import IPv4Address
from typing import Any

from technitium_sandbox.dhcp.scope import Lease, Reservation, Scope
from technitium_sandbox.dhcp.server import DhcpServer


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedScope:
    """`scope` without its tables, whose keys JSON cannot hold."""

    scope: Scope
    reservations: list[Reservation]
    leases: list[Lease]


def saved(server: DhcpServer) -> list[SavedScope]:
    return [
        SavedScope(
            scope=replace(scope, reservations={}, leases={}),
            reservations=list(scope.reservations.values()),
            leases=list(scope.leases.values()),
        )
        for scope in server.scopes.values()
    ]


def restore(server: DhcpServer, scopes: list[SavedScope]) -> None:
    """Have these scopes and no others."""
    server.scopes.clear()
    for one in scopes:
        one.scope.reservations = {kept.hardware: kept for kept in one.reservations}
        one.scope.leases = {lease.client: lease for lease in one.leases}
        server.scopes[one.scope.name] = one.scope


def encode(value: object) -> str:
    """What msgspec does not write by itself: addresses, as texts."""
    if isinstance(value, IPv4Address):
        return str(value)
    raise NotImplementedError  # msgspec's way to hear that it is not for this hook


def decode(kind: type, value: Any) -> IPv4Address:  # noqa: ANN401 - as msgspec hands it over
    if kind is IPv4Address:
        return IPv4Address(value)
    raise NotImplementedError  # msgspec's way to hear that it is not for this hook
