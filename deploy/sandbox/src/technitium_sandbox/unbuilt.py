"""Calls that a real node has and this sandbox does not simulate: refused by right, then plainly.

Whoever lacks the right is told so first, as on a real node.
"""

from technitium_sandbox.errors import ApiError
from technitium_sandbox.permissions import Right
from technitium_sandbox.routing import Call, Need, Outcome, Reach, Route

VIEW, MODIFY, DELETE = Right.VIEW, Right.MODIFY, Right.DELETE


def not_simulated(call: Call) -> Outcome:
    raise ApiError(f"This sandbox does not simulate {call.path} yet.")


# The right on the section; zone rights come with the zones themselves.
_CALLS: dict[str, tuple[Need, ...]] = {
    "zones/catalogs/list": (("Zones", VIEW),),
    "zones/create": (("Zones", MODIFY),),
    "zones/import": (("Zones", MODIFY),),
    "zones/export": (("Zones", VIEW),),
    "zones/clone": (("Zones", MODIFY),),
    "zones/convert": (("Zones", DELETE),),
    "zones/enable": (("Zones", MODIFY),),
    "zones/disable": (("Zones", MODIFY),),
    "zones/delete": (("Zones", DELETE),),
    "zones/resync": (("Zones", MODIFY),),
    "zones/options/get": (("Zones", MODIFY),),
    "zones/options/set": (("Zones", MODIFY),),
    "zones/permissions/get": (("Zones", MODIFY),),
    "zones/permissions/set": (("Zones", MODIFY),),
    "zones/dnssec/sign": (("Zones", MODIFY),),
    "zones/dnssec/unsign": (("Zones", MODIFY),),
    "zones/dnssec/viewDS": (("Zones", VIEW),),
    "zones/dnssec/properties/get": (("Zones", MODIFY),),
    "zones/records/add": (),
    "zones/records/get": (),
    "zones/records/update": (),
    "zones/records/delete": (),
    "cache/list": (("Cache", VIEW),),
    "cache/delete": (("Cache", DELETE),),
    "cache/flush": (("Cache", DELETE),),
    "allowed/list": (("Allowed", VIEW),),
    "allowed/export": (("Allowed", VIEW),),
    "blocked/list": (("Blocked", VIEW),),
    "blocked/export": (("Blocked", VIEW),),
    "apps/listStoreApps": (("Apps", VIEW),),
    "apps/config/get": (("Apps", VIEW),),
    "dnsClient/resolve": (("DnsClient", VIEW),),
    "settings/set": (("Settings", MODIFY),),
    "settings/getTsigKeyNames": (("Settings", VIEW), ("Zones", MODIFY)),
    "settings/forceUpdateBlockLists": (("Settings", MODIFY),),
    "settings/temporaryDisableBlocking": (("Settings", MODIFY),),
    "settings/backup": (("Settings", DELETE),),
    "dhcp/scopes/list": (("DhcpServer", VIEW),),
    "dhcp/scopes/get": (("DhcpServer", VIEW),),
    "dhcp/scopes/set": (("DhcpServer", MODIFY),),
    "dhcp/scopes/addReservedLease": (("DhcpServer", MODIFY),),
    "dhcp/scopes/removeReservedLease": (("DhcpServer", MODIFY),),
    "dhcp/scopes/enable": (("DhcpServer", MODIFY),),
    "dhcp/scopes/disable": (("DhcpServer", MODIFY),),
    "dhcp/scopes/delete": (("DhcpServer", DELETE),),
    "dhcp/leases/list": (("DhcpServer", VIEW),),
    "dhcp/leases/remove": (("DhcpServer", DELETE),),
    "dhcp/leases/convertToReserved": (("DhcpServer", MODIFY),),
    "dhcp/leases/convertToDynamic": (("DhcpServer", MODIFY),),
    "admin/sso/get": (("Administration", VIEW),),
    "admin/cluster/init": (("Administration", DELETE),),
    "admin/cluster/initJoin": (("Administration", DELETE),),
    "admin/cluster/primary/setOptions": (("Administration", MODIFY),),
    "admin/cluster/primary/join": (("Administration", DELETE),),
    "admin/cluster/primary/removeSecondary": (("Administration", DELETE),),
    "admin/cluster/primary/deleteSecondary": (("Administration", DELETE),),
    "admin/cluster/primary/updateSecondary": (("Administration", DELETE),),
    "admin/cluster/primary/delete": (("Administration", DELETE),),
    "admin/cluster/primary/transferConfig": (("Administration", DELETE),),
    "admin/cluster/secondary/leave": (("Administration", DELETE),),
    "admin/cluster/secondary/notify": (("Administration", DELETE),),
    "admin/cluster/secondary/updatePrimary": (("Administration", MODIFY),),
    "admin/cluster/secondary/promote": (("Administration", DELETE),),
    "admin/cluster/updateIpAddress": (("Administration", MODIFY),),
    "logs/list": (("Logs", VIEW),),
    "logs/download": (("Logs", VIEW),),
    "logs/delete": (("Logs", DELETE),),
    "logs/deleteAll": (("Logs", DELETE),),
    "logs/query": (("Logs", VIEW),),
    "logs/export": (("Logs", VIEW),),
}
# Carried out on the Primary whichever node was asked.
_ON_PRIMARY: dict[str, tuple[Need, ...]] = {
    "allowed/add": (("Allowed", MODIFY),),
    "allowed/delete": (("Allowed", DELETE),),
    "allowed/flush": (("Allowed", DELETE),),
    "allowed/import": (("Allowed", MODIFY),),
    "blocked/add": (("Blocked", MODIFY),),
    "blocked/delete": (("Blocked", DELETE),),
    "blocked/flush": (("Blocked", DELETE),),
    "blocked/import": (("Blocked", MODIFY),),
    "apps/downloadAndInstall": (("Apps", DELETE),),
    "apps/downloadAndUpdate": (("Apps", DELETE),),
    "apps/uninstall": (("Apps", DELETE),),
    "apps/config/set": (("Apps", MODIFY),),
    "admin/sso/set": (("Administration", DELETE),),
}
_POST_ONLY: dict[str, tuple[Reach, Need]] = {
    "apps/install": (Reach.PRIMARY, ("Apps", DELETE)),
    "apps/update": (Reach.PRIMARY, ("Apps", DELETE)),
    "settings/restore": (Reach.ANY, ("Settings", DELETE)),
}

ROUTES = (
    *(Route(path=f"/api/{path}", handler=not_simulated, needs=_CALLS[path]) for path in _CALLS),
    *(
        Route(path=f"/api/{path}", handler=not_simulated, needs=needs, reach=Reach.PRIMARY)
        for path, needs in _ON_PRIMARY.items()
    ),
    *(
        Route(
            path=f"/api/{path}",
            handler=not_simulated,
            needs=(need,),
            reach=reach,
            methods=("POST",),
        )
        for path, (reach, need) in _POST_ONLY.items()
    ),
)
