"""Installed DNS apps and `/api/apps/list`; without internet nothing is known of updates."""

from dataclasses import dataclass

from technitium_sandbox.routing import Call, Outcome

_ROLES = (
    "isAppRecordRequestHandler",
    "isRequestController",
    "isAuthoritativeRequestHandler",
    "isRequestBlockingHandler",
    "isQueryLogger",
    "isQueryLogs",
    "isPostProcessor",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """An installed app with the one class it has; `roles` are what that class can do."""

    name: str
    version: str
    description: str
    class_path: str
    roles: frozenset[str]

    def row(self) -> dict[str, object]:
        dns_app: dict[str, object] = {
            "classPath": self.class_path,
            "description": self.description,
            **{role: role in self.roles for role in _ROLES},
        }
        return {
            "name": self.name,
            "description": self.description,
            "version": self.version,
            "dnsApps": [dns_app],
        }


ADVANCED_BLOCKING = App(
    name="Advanced Blocking",
    version="11.0",
    description="Blocks domain names by lists that differ from one group of clients to the next.",
    class_path="AdvancedBlocking.App",
    roles=frozenset({"isRequestBlockingHandler"}),
)
QUERY_LOGS = App(
    name="Query Logs (Sqlite)",
    version="9.1",
    description="Keeps every query that was answered in a Sqlite database, to be searched later.",
    class_path="QueryLogsSqlite.App",
    roles=frozenset({"isQueryLogger", "isQueryLogs"}),
)


def apps_list(call: Call) -> Outcome:
    return {"apps": [app.row() for app in sorted(call.node.apps, key=lambda app: app.name)]}
