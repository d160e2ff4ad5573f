"""One DHCP scope: its options, its reservations, its leases, and how it chooses an address."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv4Address

ETHERNET = 1
_END_OF_ADDRESSES = 2**32


class LeaseType(StrEnum):
    DYNAMIC = "Dynamic"
    RESERVED = "Reserved"


@dataclass(frozen=True, slots=True)
class ClientId:
    """Option 61: a kind (1 is Ethernet) and bytes, usually those of the hardware address."""

    kind: int
    value: bytes

    def __str__(self) -> str:
        return f"{self.kind}-{self.value.hex().upper()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """An address kept for one hardware address; a missing text is not an empty one."""

    hardware: bytes
    address: IPv4Address
    host_name: str | None = None
    comments: str | None = None


@dataclass(slots=True, kw_only=True)
class Lease:
    """An address in use. Who `keeps_renewing` does so each time half the lease has passed."""

    kind: LeaseType
    client: ClientId
    hardware: bytes
    address: IPv4Address
    host_name: str | None
    obtained: float
    expires: float
    keeps_renewing: bool = False


@dataclass(slots=True, kw_only=True)
class Scope:
    """Options that are not set are None, which is not the same as empty."""

    name: str
    start: IPv4Address
    end: IPv4Address
    mask: IPv4Address
    lease_days: int = 1
    lease_hours: int = 0
    lease_minutes: int = 0
    offer_delay_ms: int = 0
    ping_check: bool = False
    ping_timeout_ms: int = 1000
    ping_retries: int = 2
    domain_name: str | None = None
    search_list: Sequence[str] | None = None
    dns_updates: bool = True
    dns_overwrite: bool = False
    dns_ttl_s: int = 900
    server_address: IPv4Address | None = None
    server_host_name: str | None = None
    boot_file: str | None = None
    router: IPv4Address | None = None
    use_this_dns_server: bool = False
    dns_servers: Sequence[IPv4Address] | None = None
    wins_servers: Sequence[IPv4Address] | None = None
    ntp_servers: Sequence[IPv4Address] | None = None
    ntp_names: Sequence[str] | None = None
    static_routes: Sequence[tuple[IPv4Address, IPv4Address, IPv4Address]] | None = None
    vendor_info: Sequence[tuple[str, bytes]] | None = None
    capwap_addresses: Sequence[IPv4Address] | None = None
    tftp_servers: Sequence[IPv4Address] | None = None
    generic_options: Sequence[tuple[int, bytes]] | None = None
    exclusions: Sequence[tuple[IPv4Address, IPv4Address]] | None = None
    only_reserved: bool = False
    block_local_macs: bool = False
    ignore_client_id: bool = True
    enabled: bool = False
    interface: IPv4Address | None = None
    """The machine's address in this network, 0.0.0.0 for relays only; None out of service."""
    reservations: dict[bytes, Reservation] = field(default_factory=dict)
    leases: dict[ClientId, Lease] = field(default_factory=dict)
    _last_offered: int | None = None

    def __contains__(self, address: IPv4Address) -> bool:
        return self.start <= address <= self.end

    @property
    def network(self) -> IPv4Address:
        return IPv4Address(int(self.start) & int(self.mask))

    @property
    def broadcast(self) -> IPv4Address:
        return IPv4Address(int(self.network) | (~int(self.mask) % _END_OF_ADDRESSES))

    @property
    def range_text(self) -> str:
        return f"{self.start}-{self.end}"

    @property
    def lease_s(self) -> int:
        return (self.lease_days * 24 + self.lease_hours) * 3_600 + self.lease_minutes * 60

    def rewind(self) -> None:
        """The search for a free address begins at the first one again."""
        self._last_offered = None

    def reserved(self) -> list[Reservation]:
        """By address; of two for the same one the later comes first."""
        newest_first = list(reversed(self.reservations.values()))
        return sorted(newest_first, key=lambda one: one.address)

    def lease_to(
        self, hardware: bytes, host_name: str | None, identifier: ClientId | None, now: float
    ) -> Lease | None:
        """What the client gets that discovers this server and takes the offer; None: nothing."""
        self.settle(now)
        client = ClientId(ETHERNET, hardware)
        if identifier is not None and not self.ignore_client_id:
            client = identifier
        if self.block_local_macs and hardware[:1] and hardware[0] & 2:
            return None
        held, reservation = self.leases.get(client), self.reservations.get(hardware)
        if reservation is not None and not self._is_held(reservation.address, client):
            kind, address = LeaseType.RESERVED, reservation.address
        elif self.only_reserved:
            return None
        elif held is not None and held.kind is LeaseType.DYNAMIC and held.address in self:
            kind, address = LeaseType.DYNAMIC, held.address
        else:
            free = next(self._free_addresses(), None)
            if free is None:
                return None
            self._last_offered = int(free)
            kind, address = LeaseType.DYNAMIC, free
        is_renewed = held is not None and held.address == address
        self.leases[client] = Lease(
            kind=kind,
            client=client,
            hardware=hardware,
            address=address,
            host_name=self._full_name(reservation, host_name),
            obtained=held.obtained if held is not None and is_renewed else now,
            expires=now + self.lease_s,
            keeps_renewing=held is not None and held.keeps_renewing,
        )
        return self.leases[client]

    def settle(self, now: float) -> None:
        """Renew what clients have renewed meanwhile, and forget what has run out."""
        for client, lease in list(self.leases.items()):
            if lease.keeps_renewing and self.enabled:
                self._renew(lease, now)
            if now > lease.expires:
                del self.leases[client]

    def _renew(self, lease: Lease, now: float) -> None:
        half_s = self.lease_s / 2
        if half_s > 0 and now > lease.obtained:
            since_s = (now - lease.obtained) // half_s * half_s
            lease.expires = max(lease.expires, lease.obtained + since_s + self.lease_s)

    def _full_name(self, reservation: Reservation | None, host_name: str | None) -> str | None:
        """The reservation's own name goes before the one that the client tells."""
        name = (reservation.host_name if reservation else None) or sanitized(host_name)
        if not name:
            return None
        return f"{name}.{self.domain_name}" if self.domain_name else name

    def _is_held(self, address: IPv4Address, client: ClientId) -> bool:
        return any(
            lease.address == address and lease.client != client for lease in self.leases.values()
        )

    def _free_addresses(self) -> Iterator[IPv4Address]:
        """From the one after the last that was offered, round to it again."""
        first, last = int(self.start), int(self.end)
        begin = first if self._last_offered is None else self._last_offered + 1
        taken = self._taken()
        for low, high in ((begin, last), (first, begin - 1)):
            number = low
            while number <= high:
                beyond = self._end_of_exclusion(number)
                if beyond is not None:
                    number = beyond + 1
                    continue
                if number not in taken:
                    yield IPv4Address(number)
                number += 1

    def _taken(self) -> set[int]:
        servers = (self.dns_servers, self.wins_servers, self.ntp_servers)
        taken = {int(one) for some in servers for one in some or ()}
        taken |= {int(one.address) for one in self.reservations.values()}
        taken |= {int(one.address) for one in self.leases.values()}
        return taken | ({int(self.router)} if self.router is not None else set())

    def _end_of_exclusion(self, number: int) -> int | None:
        for low, high in self.exclusions or ():
            if int(low) <= number <= int(high):
                return int(high)
        return None


def sanitized(host_name: str | None) -> str | None:
    """What is left of the name that a client tells: letters, digits, `-`, `_`."""
    if host_name is None:
        return None
    dashed = host_name.strip().replace(" ", "-")
    kept = "".join(char for char in dashed if char.isascii() and (char.isalnum() or char in "-_."))
    return kept.strip(".") or None
