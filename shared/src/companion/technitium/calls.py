"""The API calls made to nodes: where they are, what right they need, which version has them.

Technitium 13.6 answers `ok` to any path it does not know, so this table, not the node, says
what exists.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from companion.technitium.versions import FIRST_WITH_CLUSTERS, Version

# The most that is read of an answer: lists of zones and logs are long, what a node says of one
# person is not, and a login is answered before anybody is trusted.
MAX_ANSWER_BYTES: Final = 32 * 1024 * 1024
MAX_PERSONAL_BYTES: Final = 256 * 1024
# Of what is looked into here, and so takes several times the memory: far more than any node has.
_MAX_SMALL_BYTES: Final = 2 * 1024 * 1024
_MAX_LIST_BYTES: Final = 8 * 1024 * 1024


class Permission(StrEnum):
    """The three rights that a section of Technitium knows; none implies another."""

    VIEW = "View"
    MODIFY = "Modify"
    DELETE = "Delete"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One API call.

    Attributes:
        path: Below `/api/`.
        section: The section whose right is checked; None where any valid token will do.
        permission: The right in that section.
        wrapped: Whether the answer's fields stand under `response`.
        changes: Whether it changes something; if so, it is never sent twice.
        since: The first version that has it; None if all supported ones do.
        download: Whether a success is a file and no JSON.
        max_bytes: How much of an answer is read before it is refused.
        patience_s: How long a healthy node may take, where that is longer than for other calls.
    """

    path: str
    section: str | None = None
    permission: Permission | None = None
    wrapped: bool = True
    changes: bool = False
    since: Version | None = None
    download: bool = False
    max_bytes: int = MAX_ANSWER_BYTES
    patience_s: float = 0.0

    def exists_in(self, version: Version | None) -> bool:
        """Say whether that version has the call; an unknown version has only what all have."""
        return self.since is None or (version is not None and version >= self.since)


LOGIN = Call(path="user/login", wrapped=False, changes=True, max_bytes=MAX_PERSONAL_BYTES)
LOGOUT = Call(path="user/logout", wrapped=False, changes=True, max_bytes=MAX_PERSONAL_BYTES)
SESSION_GET = Call(path="user/session/get", wrapped=False, max_bytes=MAX_PERSONAL_BYTES)
PROFILE_GET = Call(path="user/profile/get", max_bytes=MAX_PERSONAL_BYTES)
# Ends another session of the same user, by the first 16 characters of its token.
USER_SESSION_DELETE = Call(path="user/session/delete", changes=True, max_bytes=MAX_PERSONAL_BYTES)
# Takes no token. Before 15 there is no such call, and the answer is an error.
SSO_STATUS = Call(path="sso/status", wrapped=False, max_bytes=MAX_PERSONAL_BYTES)
STATS_GET = Call(
    path="dashboard/stats/get",
    section="Dashboard",
    permission=Permission.VIEW,
    max_bytes=_MAX_SMALL_BYTES,
)
ZONES_LIST = Call(path="zones/list", section="Zones", permission=Permission.VIEW)
# Zones: View or Logs: View opens it too; Apps is the one to name when none is there.
APPS_LIST = Call(
    path="apps/list", section="Apps", permission=Permission.VIEW, max_bytes=_MAX_LIST_BYTES
)
SETTINGS_GET = Call(path="settings/get", section="Settings", permission=Permission.VIEW)
CLUSTER_STATE = Call(
    path="admin/cluster/state",
    section="Administration",
    permission=Permission.VIEW,
    since=FIRST_WITH_CLUSTERS,
    max_bytes=_MAX_SMALL_BYTES,
)
LOGS_QUERY = Call(
    path="logs/query", section="Logs", permission=Permission.VIEW, max_bytes=_MAX_LIST_BYTES
)
LEASES_LIST = Call(
    path="dhcp/leases/list",
    section="DhcpServer",
    permission=Permission.VIEW,
    max_bytes=_MAX_LIST_BYTES,
)
# A server that is silent is waited for twice, 10 s each.
RESOLVE = Call(
    path="dnsClient/resolve",
    section="DnsClient",
    permission=Permission.VIEW,
    patience_s=25.0,
    max_bytes=_MAX_SMALL_BYTES,
)
# From the root, for at most 60 s.
RESOLVE_FROM_ROOT = replace(RESOLVE, patience_s=60.0)
