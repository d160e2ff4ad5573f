"""Every path of the API that this sandbox answers: handler, right, and place in the cluster."""

from technitium_sandbox.accounts import (
    groups_api,
    permissions_api,
    sso_api,
    tokens,
    two_factor_api,
    user_api,
    users_api,
)
from technitium_sandbox.accounts.permissions import Right
from technitium_sandbox.apps import apps_api
from technitium_sandbox.blocking import lists_api
from technitium_sandbox.calls.envelope import Answer, text_answer
from technitium_sandbox.calls.routing import Handler, Reach, Route, Router
from technitium_sandbox.cluster import cluster_api
from technitium_sandbox.dashboard import dashboard_api
from technitium_sandbox.dhcp import leases_api, scopes_api
from technitium_sandbox.logs import logs_api
from technitium_sandbox.resolver import cache_api, client_api
from technitium_sandbox.settings import settings_api
from technitium_sandbox.zones import routes as zone_routes

VIEW, MODIFY, DELETE = Right.VIEW, Right.MODIFY, Right.DELETE
ANY, HERE, PRIMARY = Reach.ANY, Reach.HERE, Reach.PRIMARY


# For everybody with a session, or without one where the path is in OPEN.
_OWN: tuple[tuple[str, Reach, Handler], ...] = (
    ("user/login", HERE, user_api.login),
    ("user/logout", HERE, user_api.logout),
    ("user/session/get", HERE, user_api.session_get),
    ("user/session/delete", HERE, user_api.session_delete),
    ("user/createToken", PRIMARY, tokens.create_token),
    ("user/createSingleUseToken", ANY, tokens.create_single_use_token),
    ("user/profile/get", ANY, user_api.profile_get),
    ("user/profile/set", PRIMARY, user_api.profile_set),
    ("user/changePassword", PRIMARY, user_api.change_password),
    ("user/2fa/init", PRIMARY, two_factor_api.init),
    ("user/2fa/enable", PRIMARY, two_factor_api.enable),
    ("user/2fa/disable", PRIMARY, two_factor_api.disable),
    ("user/checkForUpdate", ANY, user_api.check_for_update),
)
_BY_RIGHT: tuple[tuple[str, Reach, str, Right, Handler], ...] = (
    ("dashboard/stats/get", ANY, "Dashboard", VIEW, dashboard_api.stats_get),
    ("dashboard/stats/getTop", ANY, "Dashboard", VIEW, dashboard_api.get_top),
    ("dashboard/stats/deleteAll", ANY, "Dashboard", DELETE, dashboard_api.delete_all),
    ("dashboard/metrics/json", ANY, "Dashboard", VIEW, dashboard_api.metrics_json),
    ("dashboard/metrics/text", ANY, "Dashboard", VIEW, dashboard_api.metrics_text),
    ("admin/sessions/list", ANY, "Administration", VIEW, permissions_api.sessions_list),
    (
        "admin/sessions/createToken",
        PRIMARY,
        "Administration",
        MODIFY,
        permissions_api.sessions_create_token,
    ),
    ("admin/sessions/delete", ANY, "Administration", DELETE, permissions_api.sessions_delete),
    ("admin/users/list", ANY, "Administration", VIEW, users_api.users_list),
    ("admin/users/get", ANY, "Administration", VIEW, users_api.users_get),
    ("admin/users/create", PRIMARY, "Administration", MODIFY, users_api.users_create),
    ("admin/users/set", PRIMARY, "Administration", MODIFY, users_api.users_set),
    ("admin/users/delete", PRIMARY, "Administration", DELETE, users_api.users_delete),
    ("admin/groups/list", ANY, "Administration", VIEW, groups_api.groups_list),
    ("admin/groups/get", ANY, "Administration", VIEW, groups_api.groups_get),
    ("admin/groups/create", PRIMARY, "Administration", MODIFY, groups_api.groups_create),
    ("admin/groups/set", PRIMARY, "Administration", MODIFY, groups_api.groups_set),
    ("admin/groups/delete", PRIMARY, "Administration", DELETE, groups_api.groups_delete),
    ("admin/permissions/list", ANY, "Administration", VIEW, permissions_api.permissions_list),
    ("admin/permissions/get", ANY, "Administration", VIEW, permissions_api.permissions_get),
    ("admin/permissions/set", ANY, "Administration", DELETE, permissions_api.permissions_set),
)

ROUTER = Router(
    [
        *(
            Route(path=f"/api/{path}", reach=reach, handler=handler)
            for path, reach, handler in _OWN
        ),
        *(
            Route(path=f"/api/{path}", reach=reach, needs=((section, right),), handler=handler)
            for path, reach, section, right, handler in _BY_RIGHT
        ),
        *apps_api.ROUTES,
        *cache_api.ROUTES,
        *lists_api.ROUTES,
        *cluster_api.ROUTES,
        *scopes_api.ROUTES,
        *settings_api.ROUTES,
        *leases_api.ROUTES,
        *client_api.ROUTES,
        *logs_api.ROUTES,
        *zone_routes.ROUTES,
        *sso_api.ROUTES,
    ]
)

# Asked for without a session, by exactly this spelling.
OPEN = frozenset(
    {"/api/sso/status", "/api/user/login", "/api/user/createToken", "/api/user/logout"}
)
# Answered beside `server` and `status` instead of under `response`, by exactly this spelling.
FLAT = OPEN | {"/api/user/session/get"}

PAGES: dict[str, Answer] = {
    "/": text_answer(
        b"<!DOCTYPE html><title>Technitium DNS Server</title><p>A simulated node.</p>\n",
        b"text/html",
    ),
}
