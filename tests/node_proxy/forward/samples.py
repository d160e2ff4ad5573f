"""Parameters with which each forwarded path means something, in an order that keeps things alive.

What deletes stands last, so that what reads still finds what it asks for.
"""

from node_proxy.domain.technitium_paths import PATHS

ZONE = "sample.test"
_ZONE = {"zone": ZONE}
_LEASE = {"name": "None", "hardwareAddress": "00-11-22-33-44-55"}
_LOGS = {"name": "Query Logs (Sqlite)", "classPath": "QueryLogsSqlite.App"}
_RECORD = {**_ZONE, "domain": f"www.{ZONE}", "type": "A", "ipAddress": "192.0.2.1"}

PARAMETERS: dict[str, dict[str, str]] = {
    "dashboard/stats/get": {"utc": "true"},
    "dashboard/stats/getTop": {"statsType": "TopClients"},
    "zones/create": {"zone": "other.test", "type": "Primary"},
    "zones/import": {**_ZONE, "records": f"mail.{ZONE}. 3600 IN A 192.0.2.7"},
    "zones/export": _ZONE,
    "zones/clone": {"zone": "clone.test", "sourceZone": ZONE},
    "zones/convert": {**_ZONE, "type": "Forwarder"},
    "zones/records/add": {**_RECORD, "ipAddress": "192.0.2.9", "overwrite": "false"},
    "zones/records/get": {**_ZONE, "domain": ZONE, "listZone": "true"},
    "zones/records/update": {**_RECORD, "newIpAddress": "192.0.2.2"},
    "zones/records/delete": {**_RECORD, "ipAddress": "192.0.2.9"},
    "cache/delete": {"domain": "example.com"},
    "allowed/add": {"domain": "a.test"},
    "allowed/delete": {"domain": "a.test"},
    "allowed/import": {"allowedZones": "a.test,b.test"},
    "blocked/add": {"domain": "b.test"},
    "blocked/delete": {"domain": "b.test"},
    "blocked/import": {"blockedZones": "b.test"},
    "apps/config/get": {"name": "Advanced Blocking"},
    "apps/config/set": {"name": "Nothing", "config": "{}"},
    "apps/uninstall": {"name": "Nothing"},
    "dnsClient/resolve": {
        "server": "this-server",
        "domain": "localhost",
        "type": "A",
        "protocol": "Udp",
    },
    "settings/temporaryDisableBlocking": {"minutes": "1"},
    "dhcp/scopes/get": {"name": "LAN"},
    "dhcp/scopes/addReservedLease": {**_LEASE, "ipAddress": "192.0.2.20"},
    "dhcp/leases/remove": _LEASE,
    "dhcp/leases/convertToReserved": _LEASE,
    "dhcp/leases/convertToDynamic": _LEASE,
    "dhcp/scopes/removeReservedLease": _LEASE,
    "admin/sessions/delete": {"partialToken": "0123456789abcdef"},
    "admin/users/create": {"user": "admin", "pass": "x", "displayName": "x"},
    "admin/users/get": {"user": "admin"},
    "admin/users/set": {"user": "ghost"},
    "admin/users/delete": {"user": "ghost"},
    "admin/groups/create": {"group": "Administrators"},
    "admin/groups/get": {"group": "Administrators", "includeUsers": "true"},
    "admin/groups/set": {"group": "Ghost"},
    "admin/groups/delete": {"group": "Ghost"},
    "admin/permissions/get": {"section": "Logs"},
    "admin/permissions/set": {"section": "Logs"},
    "logs/download": {"fileName": "none"},
    "logs/delete": {"log": "none"},
    "logs/query": _LOGS,
    "logs/export": _LOGS,
}


def parameters(path: str) -> dict[str, str]:
    """What to send to a path; the zone alone where nothing else is needed."""
    if path.startswith(("dhcp/scopes/en", "dhcp/scopes/dis", "dhcp/scopes/de", "dhcp/scopes/s")):
        return {"name": "None"}
    return PARAMETERS.get(path, _ZONE if path.startswith("zones/") else {})


def in_order() -> list[str]:
    """Every path: what reads first, what deletes last."""
    return sorted(PATHS, key=lambda path: (PATHS[path].call.changes, _deletes(path)))


def _deletes(path: str) -> bool:
    return PATHS[path].call.permission == "Delete"
