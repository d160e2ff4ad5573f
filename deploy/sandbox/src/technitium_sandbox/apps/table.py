"""DNS apps: the ones this sandbox knows, and those that are installed on a node."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib import resources

from technitium_sandbox.apps import advanced_blocking
from technitium_sandbox.calls import dotnet_json
from technitium_sandbox.calls.errors import ApiError

ADVANCED_BLOCKING = "Advanced Blocking"
QUERY_LOGS = "Query Logs (Sqlite)"
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
class Kind:
    """What an app is: the one class it has, what that class can do, and how it is configured."""

    name: str
    version: str
    description: str
    class_path: str
    roles: frozenset[str]
    config: str
    size: str
    check: Callable[[str], object] = dotnet_json.parse

    @property
    def url(self) -> str:
        """Where the store of the sandbox has it."""
        file = re.sub(r"[^A-Za-z]", "", self.name)
        return f"https://apps.example.net/{file}App-v{self.version}.zip"


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """An installed app; without a kind it is a zip in which no app was found."""

    name: str
    kind: Kind | None = None
    config: str | None = None

    @property
    def roles(self) -> frozenset[str]:
        return frozenset() if self.kind is None else self.kind.roles

    def row(self, *, has_store: bool) -> dict[str, object]:
        """As it is listed; only who reaches the store knows of newer versions."""
        if self.kind is None:
            return {"name": self.name, "description": None, "version": "0.0", "dnsApps": []}
        store = {
            "updateVersion": self.kind.version,
            "updateUrl": self.kind.url,
            "updateAvailable": False,
        }
        dns_app: dict[str, object] = {
            "classPath": self.kind.class_path,
            "description": self.kind.description,
            **{role: role in self.kind.roles for role in _ROLES},
        }
        return {
            "name": self.name,
            "description": self.kind.description,
            "version": self.kind.version,
            **(store if has_store else {}),
            "dnsApps": [dns_app],
        }


class AppTable:
    """Installed apps by name, in the case it has; `has_store` means a way to the internet."""

    def __init__(self) -> None:
        self._apps: dict[str, App] = {}
        self.has_store = False

    def __len__(self) -> int:
        return len(self._apps)

    def __iter__(self) -> Iterator[App]:
        return iter(sorted(self._apps.values(), key=lambda app: app.name))

    def __contains__(self, name: str) -> bool:
        return name in self._apps

    def rows(self) -> list[dict[str, object]]:
        return [self.row(app) for app in self]

    def row(self, app: App) -> dict[str, object]:
        return app.row(has_store=self.has_store)

    def find(self, name: str) -> App | None:
        return self._apps.get(name)

    def get(self, name: str) -> App:
        """The app of that name.

        Raises:
            ApiError: There is none.
        """
        if name not in self._apps:
            raise ApiError(f"DNS application was not found: {name}")
        return self._apps[name]

    def install(self, name: str, *, config: str | None = None) -> App:
        """Put the app there that is known by this name, with its default configuration."""
        kind = KINDS.get(name)
        default = None if kind is None else kind.config
        self._apps[name] = App(name=name, kind=kind, config=config or default)
        return self._apps[name]

    def uninstall(self, name: str) -> bool:
        return self._apps.pop(name, None) is not None

    def configure(self, name: str, config: str) -> None:
        """Have the app read the text, then keep it as it is.

        Raises:
            ApiError: No such app, or it cannot read the text: then it keeps the one it has.
        """
        app = self.get(name)
        if app.kind is not None:
            app.kind.check(config)
        self._apps[name] = replace(app, config=config or None)

    def configurations(self) -> dict[str, str | None]:
        """What is installed, and how it is configured: all there is to keep."""
        return {app.name: app.config for app in self}

    def restore(self, configurations: Mapping[str, str | None]) -> None:
        """Hold these apps and no others."""
        self._apps = {
            name: App(name=name, kind=KINDS.get(name), config=config)
            for name, config in configurations.items()
        }

    def replace(self, apps: "AppTable") -> None:
        """Hold the same apps as another node, with the same configuration."""
        self._apps = dict(apps._apps)  # noqa: SLF001 - another table of the same class


def _query_logs(
    product: str, version: str, class_name: str, size: str, config: dict[str, object]
) -> Kind:
    return Kind(
        name=f"Query Logs ({product})",
        version=version,
        description=f"Keeps every query that was answered in a {product} database, to be"
        " searched later.",
        class_path=f"QueryLogs{class_name}.App",
        roles=frozenset({"isQueryLogger", "isQueryLogs"}),
        size=size,
        config=json.dumps(_QUERY_LOGS_CONFIG | config, indent=2) + "\n",
    )


_QUERY_LOGS_CONFIG: dict[str, object] = {
    "enableLogging": True,
    "maxQueueSize": 200_000,
    "maxLogDays": 0,
    "maxLogRecords": 0,
}
_DATABASE: dict[str, object] = {"databaseName": "DnsQueryLogs"}
KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            name=ADVANCED_BLOCKING,
            version="11.0",
            description="Blocks domain names by lists that differ from one group of clients to"
            " the next.",
            class_path="AdvancedBlocking.App",
            size="58.93 KB",
            roles=frozenset({"isRequestBlockingHandler"}),
            config=resources.files("technitium_sandbox.apps")
            .joinpath("advanced_blocking.json")
            .read_text("utf-8"),
            check=advanced_blocking.check,
        ),
        _query_logs(
            "Sqlite",
            "9.1",
            "Sqlite",
            "8.62 MB",
            {
                "maxLogDays": 7,
                "maxLogRecords": 10_000,
                "enableVacuum": False,
                "useInMemoryDb": False,
                "sqliteDbPath": "querylogs.db",
                "connectionString": "Data Source='{sqliteDbPath}'; Cache=Shared;",
            },
        ),
        _query_logs(
            "MySQL",
            "3.0",
            "MySql",
            "1.27 MB",
            _DATABASE | {"connectionString": "Server=192.168.10.40; Port=3306; Uid=dns; Pwd=;"},
        ),
        _query_logs(
            "SQL Server",
            "3.0",
            "SqlServer",
            "5.84 MB",
            _DATABASE | {"connectionString": "Data Source=tcp:192.168.10.40,1433; User ID=dns;"},
        ),
    )
}
