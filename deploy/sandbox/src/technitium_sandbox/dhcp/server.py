"""The DHCP server of one node: its scopes, who holds which address, and whom it would serve.

Scopes, reservations and leases belong to the node alone; a cluster never shares them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from technitium_sandbox.calls.errors import ApiError
from technitium_sandbox.dhcp.scope import ClientId, Lease, Scope

if TYPE_CHECKING:
    from technitium_sandbox.dhcp.records import Published

RELAYED = IPv4Address(0)
NO_STATIC_ADDRESS = (
    "DHCP Server requires static IP address to work correctly but no network interface was found"
    " to have any static IP address configured."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A device that asks for an address; `identifier` is its option 61, when it sends one."""

    hardware: bytes
    host_name: str | None = None
    identifier: ClientId | None = None


@dataclass(slots=True, kw_only=True)
class DhcpServer:
    """All scopes by name; `interfaces` are the machine's static addresses."""

    interfaces: Sequence[IPv4Address]
    own_address: IPv4Address
    """What clients are told as DNS server where no interface lies in the scope's network."""
    scopes: dict[str, Scope] = field(default_factory=dict)
    published: dict[tuple[str, str], "Published"] = field(default_factory=dict)
    """Records made for leases and reservations, by name and type."""

    def find(self, name: str) -> Scope | None:
        """By exact name: `lab` is not `Lab`."""
        return self.scopes.get(name)

    def sorted(self) -> list[Scope]:
        return sorted(self.scopes.values(), key=lambda scope: (scope.name.lower(), scope.name))

    def refuse_overlap(self, start: IPv4Address, end: IPv4Address, besides: Scope | None) -> None:
        """Only the two ends are looked at: a scope around another one is not noticed."""
        for other in self.scopes.values():
            if other is not besides and (start in other or end in other):
                raise ApiError(f"Scope with overlapping range already exists: {other.range_text}")

    def add(self, scope: Scope) -> None:
        """A new scope is in service at once, where the machine has any static address."""
        if scope.name in self.scopes:
            raise ApiError(f"Scope with name '{scope.name}' already exists.")
        self.refuse_overlap(scope.start, scope.end, None)
        self.scopes[scope.name] = scope
        scope.enabled = bool(self.interfaces)
        if scope.enabled:
            self._activate(scope)

    def rename(self, scope: Scope, name: str) -> None:
        if name in self.scopes:
            raise ApiError(f"Scope with name '{name}' already exists.")
        del self.scopes[scope.name]
        scope.name = name
        self.scopes[name] = scope

    def enable(self, scope: Scope) -> None:
        if scope.enabled:
            return
        if not self.interfaces:
            raise ApiError(NO_STATIC_ADDRESS)
        scope.enabled = True
        self._activate(scope)

    def disable(self, scope: Scope) -> None:
        scope.enabled, scope.interface = False, None

    def delete(self, name: str) -> None:
        self.scopes.pop(name, None)

    def began(self) -> None:
        """A start: every scope offers from its beginning again."""
        for scope in self.scopes.values():
            scope.rewind()
            if scope.enabled:
                self._activate(scope)

    def dns_address(self, scope: Scope) -> IPv4Address:
        """The address under which clients of the scope reach this node."""
        return self._interface_in(scope) or self.own_address

    def serve(self, client: Client, now: float) -> tuple[Scope, Lease] | None:
        """Give the client an address as a broadcast of it would get one; None: no offer.

        A scope that reserves one for it is asked before the others; of these the first serves,
        those of the machine's own networks before those behind a relay.
        """
        live = [scope for scope in self.sorted() if scope.enabled]
        live.sort(key=lambda scope: scope.interface == RELAYED)
        reserving = [scope for scope in live if client.hardware in scope.reservations]
        open_to_all = [scope for scope in live if not scope.only_reserved]
        scope = next(iter(reserving + open_to_all), None)
        if scope is None:
            return None
        lease = scope.lease_to(client.hardware, client.host_name, client.identifier, now)
        return None if lease is None else (scope, lease)

    def leases(self, now: float) -> list[tuple[Scope, Lease]]:
        """Those that have not run out, by name of the scope and address."""
        found: list[tuple[Scope, Lease]] = []
        for scope in self.sorted():
            scope.settle(now)
            by_address = sorted(scope.leases.values(), key=lambda lease: lease.address)
            found += [(scope, lease) for lease in by_address]
        return found

    def name_of(self, address: str, now: float) -> str | None:
        """The name that the holder of an address has by its lease."""
        for scope in self.scopes.values():
            for lease in scope.leases.values():
                if str(lease.address) == address and lease.expires >= now:
                    return lease.host_name
        return None

    def _activate(self, scope: Scope) -> None:
        scope.interface = self._interface_in(scope) or RELAYED
        if scope.use_this_dns_server:
            scope.dns_servers = (self.dns_address(scope),)

    def _interface_in(self, scope: Scope) -> IPv4Address | None:
        mask = int(scope.mask)
        for address in self.interfaces:
            if int(address) & mask == int(scope.network):
                return address
        return None


def installed(interfaces: Sequence[str], own_address: str) -> DhcpServer:
    """As on a new node: one scope, which is out of service."""
    server = DhcpServer(
        interfaces=[IPv4Address(one) for one in interfaces],
        own_address=IPv4Address(own_address),
    )
    scope = Scope(
        name="Default",
        start=IPv4Address("192.168.1.1"),
        end=IPv4Address("192.168.1.254"),
        mask=IPv4Address("255.255.255.0"),
        domain_name="home",
        router=IPv4Address("192.168.1.1"),
        use_this_dns_server=True,
        exclusions=((IPv4Address("192.168.1.1"), IPv4Address("192.168.1.10")),),
    )
    scope.dns_servers = (server.dns_address(scope),)
    server.scopes[scope.name] = scope
    return server
