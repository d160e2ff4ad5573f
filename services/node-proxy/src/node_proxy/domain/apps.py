"""The DNS apps that are installed on a node.

Advanced Blocking is looked for because half of what the product offers hangs on it.
"""

import msgspec

from node_proxy.domain.instant import format_instant

_ADVANCED_BLOCKING = "advanced blocking"
_ADVANCED_BLOCKING_CLASS = "AdvancedBlocking.App"


class DnsApp(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One class inside an app, as the node names it."""

    class_path: str


class App(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One app of apps/list; its name is the folder that was chosen at the installation."""

    name: str
    version: str | None = None
    description: str | None = None
    dns_apps: list[DnsApp] = []


class AppsList(msgspec.Struct, frozen=True, kw_only=True):
    """The parts of apps/list that are read here."""

    apps: list[App]

    @property
    def has_advanced_blocking(self) -> bool:
        """By its class, since the name may be anything; by the name, as the Companion does."""
        return any(
            app.name.casefold() == _ADVANCED_BLOCKING
            or any(part.class_path == _ADVANCED_BLOCKING_CLASS for part in app.dns_apps)
            for app in self.apps
        )


class AppRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One app in our answer; what the node did not say is left out."""

    name: str
    version: str | None = None
    description: str | None = None


class AppsAnswer(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What `GET /api/nodes/{id}/apps` answers."""

    node_id: str
    apps: list[AppRow]
    has_advanced_blocking: bool
    fetched_at: str


def apps_answer(node_id: str, installed: AppsList, *, now: float) -> AppsAnswer:
    """The node's apps in its own order; `now` is in seconds since the epoch."""
    return AppsAnswer(
        node_id=node_id,
        apps=[
            AppRow(name=app.name, version=app.version, description=app.description)
            for app in installed.apps
        ],
        has_advanced_blocking=installed.has_advanced_blocking,
        fetched_at=format_instant(now),
    )
