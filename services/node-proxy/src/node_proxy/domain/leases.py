"""DHCP leases as a node lists them, and which of their names are shown."""

import re
from typing import Final

import msgspec

MOST_LEASES: Final = 20_000
_HOST_NAME: Final = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?")


class Lease(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One lease: the address that was handed out, and what the client calls itself."""

    address: str
    host_name: str | None = None

    @property
    def shown_name(self) -> str | None:
        """What names itself is a device of the network: only a host name is shown."""
        name = self.host_name
        return name if name and _HOST_NAME.fullmatch(name) else None


class LeasesList(msgspec.Struct, frozen=True, kw_only=True):
    """The part of dhcp/leases/list that is read here."""

    leases: list[Lease]

    def taken(self) -> list[Lease]:
        """Those that are looked at, however many a node sends."""
        return self.leases[:MOST_LEASES]
