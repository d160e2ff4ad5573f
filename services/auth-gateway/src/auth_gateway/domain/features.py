"""What the product offers, and the right that Technitium checks for it on each node.

The three rights of a section are independent: to modify does not imply to view. Rights on single
zones come on top and are not in this table; lists show only what one may see.
"""

from dataclasses import dataclass
from typing import Final

from companion.sessions.record import Permissions
from companion.technitium.calls import Permission

_VIEW, _MODIFY, _DELETE = Permission.VIEW, Permission.MODIFY, Permission.DELETE
_POSITION: Final = {_VIEW: 0, _MODIFY: 1, _DELETE: 2}
_NONE: Final = (False, False, False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """Something a person can do.

    Attributes:
        id: For programs; does not change.
        title: For people.
        section: The section of Technitium's rights.
        permission: The right in that section.
        or_view_of: Sections of which View opens it as well.
        on_primary: Only the right on a Primary, or on a node that stands alone, counts.
    """

    id: str
    title: str
    section: str
    permission: Permission
    or_view_of: tuple[str, ...] = ()
    on_primary: bool = False

    def allowed_by(self, rights: Permissions, *, is_primary: bool) -> bool:
        """Whether somebody with these rights on a node may do it there."""
        if self.on_primary and not is_primary:
            return False
        has = rights.get(self.section, _NONE)[_POSITION[self.permission]]
        return has or any(rights.get(other, _NONE)[0] for other in self.or_view_of)


def _rows(
    name: str, section: str, *rows: tuple[str, str, Permission], on_primary: bool = False
) -> tuple[Feature, ...]:
    return tuple(
        Feature(
            id=f"{name}.{verb}",
            title=title,
            section=section,
            permission=permission,
            on_primary=on_primary,
        )
        for verb, title, permission in rows
    )


FEATURES: Final = (
    *_rows("dashboard", "Dashboard", ("view", "See the dashboard", _VIEW)),
    *_rows("query_logs", "Logs", ("view", "See query logs", _VIEW)),
    *_rows("lookup", "DnsClient", ("use", "Look up names", _VIEW)),
    *_rows(
        "zones",
        "Zones",
        ("view", "See zones", _VIEW),
        ("modify", "Change zones", _MODIFY),
        ("delete", "Delete zones", _DELETE),
    ),
    *_rows(
        "dhcp",
        "DhcpServer",
        ("view", "See DHCP scopes and leases", _VIEW),
        ("modify", "Change DHCP scopes and reservations", _MODIFY),
        ("delete", "Delete DHCP scopes and leases", _DELETE),
    ),
    *_rows(
        "blocking",
        "Settings",
        ("view", "See the settings of blocking", _VIEW),
        ("pause", "Pause blocking", _MODIFY),
        ("modify", "Change the settings of blocking", _MODIFY),
    ),
    *_rows(
        "allowed",
        "Allowed",
        ("view", "See the allowed list", _VIEW),
        ("modify", "Add to the allowed list", _MODIFY),
        ("delete", "Remove from the allowed list", _DELETE),
    ),
    *_rows(
        "blocked",
        "Blocked",
        ("view", "See the blocked list", _VIEW),
        ("modify", "Add to the blocked list", _MODIFY),
        ("delete", "Remove from the blocked list", _DELETE),
    ),
    Feature(
        id="apps.view",
        title="See the installed apps",
        section="Apps",
        permission=_VIEW,
        or_view_of=("Zones", "Logs"),
    ),
    *_rows(
        "apps",
        "Apps",
        ("configuration", "See the configuration of apps", _VIEW),
        ("modify", "Change the configuration of apps", _MODIFY),
        ("install", "Install, update and remove apps", _DELETE),
    ),
    *_rows(
        "cache",
        "Cache",
        ("view", "See the cache", _VIEW),
        ("delete", "Flush the cache", _DELETE),
    ),
    *_rows(
        "administration",
        "Administration",
        ("view", "See users, groups and the cluster", _VIEW),
        ("modify", "Change users, groups and the cluster", _MODIFY),
        ("delete", "Delete users and groups, set rights", _DELETE),
    ),
    *_rows(
        "background_token",
        "Administration",
        ("migrate", "Make the token for background work", _MODIFY),
        on_primary=True,
    ),
)
