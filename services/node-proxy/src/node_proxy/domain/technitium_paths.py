"""Every documented path of the Technitium API that is forwarded: right, version, effect.

Version 13.6 answers `ok` to paths it does not know, so this table, not a node, says what exists.
A path is one only in exactly the spelling that stands here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from companion.technitium.calls import Call, Permission
from companion.technitium.versions import FIRST_WITH_CLUSTERS, Version

VIEW, MODIFY, DELETE = Permission.VIEW, Permission.MODIFY, Permission.DELETE
FIRST_WITH_SSO: Final = Version(15)

# Longer than any of these does nothing: a gateway in front gives up after a minute of silence.
_LONGEST_S: Final = 55.0
_SLOW_S: Final = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiPath:
    """One path and what there is to know before it is called.

    Attributes:
        call: Path, right, version and effect, as the client of a node needs them.
        spreads: Whether a change is one of the whole cluster, or of a zone, which has one place;
            sending it to every node would make it several times.
        uploads: Whether it takes a file.
    """

    call: Call
    spreads: bool = False
    uploads: bool = False


# Read, by section.
_READS: Final[Mapping[str, tuple[str, ...]]] = {
    "Dashboard": (
        "dashboard/stats/get",
        "dashboard/stats/getTop",
        "dashboard/metrics/json",
        "dashboard/metrics/text",
    ),
    "Zones": (
        "zones/list",
        "zones/catalogs/list",
        "zones/export",
        "zones/dnssec/viewDS",
        "zones/records/get",
    ),
    "Cache": ("cache/list",),
    "Allowed": ("allowed/list", "allowed/export"),
    "Blocked": ("blocked/list", "blocked/export"),
    "Apps": ("apps/list", "apps/listStoreApps", "apps/config/get"),
    "DnsClient": ("dnsClient/resolve",),
    "Settings": ("settings/get", "settings/getTsigKeyNames"),
    "DhcpServer": ("dhcp/scopes/list", "dhcp/scopes/get", "dhcp/leases/list"),
    "Administration": (
        "admin/sessions/list",
        "admin/users/list",
        "admin/users/get",
        "admin/groups/list",
        "admin/groups/get",
        "admin/permissions/list",
        "admin/permissions/get",
        "admin/sso/get",
        "admin/cluster/state",
    ),
    "Logs": ("logs/list", "logs/download", "logs/query", "logs/export"),
}
# Read, though Technitium asks for the right to modify.
_READS_BY_MODIFY: Final[Mapping[str, tuple[str, ...]]] = {
    "Zones": ("zones/options/get", "zones/permissions/get", "zones/dnssec/properties/get"),
}
# Read with any valid token.
_READS_BY_ANYBODY: Final = ("sso/status", "user/profile/get", "user/checkForUpdate")

# What is one node's alone, so that it may be changed at all of them.
_CHANGES_HERE: Final[Mapping[tuple[str, Permission], tuple[str, ...]]] = {
    ("Dashboard", DELETE): ("dashboard/stats/deleteAll",),
    ("Cache", DELETE): ("cache/delete", "cache/flush"),
    ("Zones", MODIFY): ("zones/resync",),
    ("Settings", MODIFY): ("settings/set",),
    ("DhcpServer", MODIFY): (
        "dhcp/scopes/set",
        "dhcp/scopes/enable",
        "dhcp/scopes/disable",
        "dhcp/scopes/addReservedLease",
        "dhcp/scopes/removeReservedLease",
        "dhcp/leases/convertToReserved",
        "dhcp/leases/convertToDynamic",
    ),
    ("DhcpServer", DELETE): ("dhcp/scopes/delete", "dhcp/leases/remove"),
    ("Administration", DELETE): ("admin/sessions/delete",),
    ("Logs", DELETE): ("logs/delete", "logs/deleteAll"),
}
_CHANGES_THAT_SPREAD: Final[Mapping[tuple[str | None, Permission | None], tuple[str, ...]]] = {
    ("Allowed", MODIFY): ("allowed/add", "allowed/import"),
    ("Allowed", DELETE): ("allowed/delete", "allowed/flush"),
    ("Blocked", MODIFY): ("blocked/add", "blocked/import"),
    ("Blocked", DELETE): ("blocked/delete", "blocked/flush"),
    ("Apps", MODIFY): ("apps/config/set",),
    ("Apps", DELETE): (
        "apps/downloadAndInstall",
        "apps/downloadAndUpdate",
        "apps/install",
        "apps/update",
        "apps/uninstall",
    ),
    ("Settings", MODIFY): (
        "settings/forceUpdateBlockLists",
        "settings/temporaryDisableBlocking",
    ),
    ("Administration", MODIFY): (
        "admin/users/create",
        "admin/users/set",
        "admin/groups/create",
        "admin/groups/set",
    ),
    ("Administration", DELETE): (
        "admin/users/delete",
        "admin/groups/delete",
        "admin/permissions/set",
        "admin/sso/set",
    ),
    ("Zones", MODIFY): (
        "zones/create",
        "zones/import",
        "zones/clone",
        "zones/enable",
        "zones/disable",
        "zones/options/set",
        "zones/permissions/set",
        "zones/records/add",
        "zones/records/update",
        "zones/dnssec/sign",
        "zones/dnssec/unsign",
        "zones/dnssec/properties/convertToNSEC",
        "zones/dnssec/properties/convertToNSEC3",
        "zones/dnssec/properties/updateNSEC3Params",
        "zones/dnssec/properties/updateDnsKeyTtl",
        "zones/dnssec/properties/generatePrivateKey",
        "zones/dnssec/properties/addPrivateKey",
        "zones/dnssec/properties/updatePrivateKey",
        "zones/dnssec/properties/deletePrivateKey",
        "zones/dnssec/properties/publishAllPrivateKeys",
        "zones/dnssec/properties/rolloverDnsKey",
        "zones/dnssec/properties/retireDnsKey",
        "zones/dnssec/properties/activateKskDnsKey",
    ),
    ("Zones", DELETE): ("zones/convert", "zones/delete", "zones/records/delete"),
    (None, None): ("user/profile/set",),
}

_SINCE: Final[Mapping[str, Version]] = {
    "admin/cluster/state": FIRST_WITH_CLUSTERS,
    "sso/status": FIRST_WITH_SSO,
    "admin/sso/get": FIRST_WITH_SSO,
    "admin/sso/set": FIRST_WITH_SSO,
    "dashboard/metrics/json": FIRST_WITH_SSO,
    "dashboard/metrics/text": FIRST_WITH_SSO,
    "zones/dnssec/properties/activateKskDnsKey": FIRST_WITH_SSO,
}
_DOWNLOADS: Final = frozenset(
    {
        "dashboard/metrics/text",
        "zones/export",
        "allowed/export",
        "blocked/export",
        "logs/download",
        "logs/export",
    }
)
_UPLOADS: Final = frozenset({"zones/create", "zones/import", "apps/install", "apps/update"})
# A node asks the internet, other DNS servers, another node or a whole database first.
_PATIENCE_S: Final[Mapping[str, float]] = {
    "dnsClient/resolve": _LONGEST_S,
    "apps/downloadAndInstall": _LONGEST_S,
    "apps/downloadAndUpdate": _LONGEST_S,
    "apps/install": _LONGEST_S,
    "apps/update": _LONGEST_S,
    "apps/list": _SLOW_S,
    "apps/listStoreApps": _SLOW_S,
    "user/checkForUpdate": _SLOW_S,
    "dashboard/stats/getTop": _SLOW_S,
    "logs/query": _SLOW_S,
    "logs/export": _LONGEST_S,
    "zones/import": _LONGEST_S,
    "zones/create": _LONGEST_S,
}


def _all_paths() -> Iterator[ApiPath]:
    for section, paths in _READS.items():
        yield from (_path(path, section, VIEW) for path in paths)
    for section, paths in _READS_BY_MODIFY.items():
        yield from (_path(path, section, MODIFY) for path in paths)
    yield from (_path(path, None, None) for path in _READS_BY_ANYBODY)
    for (one, right), paths in _CHANGES_HERE.items():
        yield from (_path(path, one, right, changes=True) for path in paths)
    for (place, right_there), paths in _CHANGES_THAT_SPREAD.items():
        yield from (_path(path, place, right_there, changes=True, spreads=True) for path in paths)


def _path(
    path: str,
    section: str | None,
    permission: Permission | None,
    *,
    changes: bool = False,
    spreads: bool = False,
) -> ApiPath:
    return ApiPath(
        call=Call(
            path=path,
            section=section,
            permission=permission,
            changes=changes,
            since=_SINCE.get(path),
            download=path in _DOWNLOADS,
            patience_s=_PATIENCE_S.get(path, _SLOW_S if changes else 0.0),
        ),
        spreads=spreads,
        uploads=path in _UPLOADS,
    )


PATHS: Final[Mapping[str, ApiPath]] = {one.call.path: one for one in _all_paths()}
