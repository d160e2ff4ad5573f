"""Sections, rights and who holds them: the union of a user's own row and those of his groups."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntFlag

SECTIONS = (
    "Dashboard",
    "Zones",
    "Cache",
    "Allowed",
    "Blocked",
    "Apps",
    "DnsClient",
    "Settings",
    "DhcpServer",
    "Administration",
    "Logs",
)
ADMINISTRATORS = "Administrators"
DNS_ADMINISTRATORS = "DNS Administrators"
DHCP_ADMINISTRATORS = "DHCP Administrators"
EVERYONE = "Everyone"
BUILT_IN_GROUPS = (ADMINISTRATORS, DHCP_ADMINISTRATORS, DNS_ADMINISTRATORS, EVERYONE)


class Right(IntFlag):
    """Independent bits: Modify does not imply View."""

    NONE = 0
    VIEW = 1
    MODIFY = 2
    DELETE = 4
    ALL = 7


@dataclass(slots=True)
class Grants:
    """The rows of one section or one zone: bits by user name and by group name."""

    users: dict[str, int] = field(default_factory=dict)
    groups: dict[str, int] = field(default_factory=dict)

    def bits(self, username: str, groups: Iterable[str]) -> int:
        bits = self.users.get(username, 0)
        for group in groups:
            bits |= self.groups.get(group, 0)
        return bits


_DNS_SECTIONS = ("Zones", "Cache", "Allowed", "Blocked", "Apps", "DnsClient", "Settings")
_NOT_FOR_EVERYONE = ("Settings", "Administration")


def default_sections() -> dict[str, Grants]:
    """The rows of a new node."""
    return {section: Grants(groups=dict(_default_groups(section))) for section in SECTIONS}


def forced_groups(section: str) -> dict[str, int]:
    """Group rows that a change of the section's rows cannot take away."""
    forced = {ADMINISTRATORS: int(Right.ALL)}
    if section == "Zones":
        forced[DNS_ADMINISTRATORS] = int(Right.ALL)
    if section == "DhcpServer":
        forced[DHCP_ADMINISTRATORS] = int(Right.ALL)
    return forced


def as_flags(bits: int) -> dict[str, bool]:
    return {
        "canView": bool(bits & Right.VIEW),
        "canModify": bool(bits & Right.MODIFY),
        "canDelete": bool(bits & Right.DELETE),
    }


def rows(key: str, grants: Mapping[str, int]) -> list[dict[str, object]]:
    """Rows as the API shows them, sorted by name; `key` is `username` or `name`."""
    names = sorted(grants, key=str.lower)
    return [{key: name, **as_flags(grants[name])} for name in names]


def _default_groups(section: str) -> Iterable[tuple[str, int]]:
    yield ADMINISTRATORS, int(Right.ALL)
    if section in _DNS_SECTIONS:
        yield DNS_ADMINISTRATORS, int(Right.ALL)
    if section == "DhcpServer":
        yield DHCP_ADMINISTRATORS, int(Right.ALL)
    if section not in _NOT_FOR_EVERYONE:
        yield EVERYONE, int(Right.VIEW)
