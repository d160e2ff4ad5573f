"""Which app of a node keeps the query logs that can be searched.

Nearly every node has the same one, so it is asked first: a list of apps may take the node five
seconds. "Log Exporter" is a logger, too, but what it wrote cannot be searched.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

import msgspec
from companion.technitium.calls import APPS_LIST, LOGS_QUERY
from companion.technitium.errors import NodeError, NodeRejected

from node_proxy.domain.answer import ask
from node_proxy.domain.logs.query import LogApp
from node_proxy.domain.ports import PersonsNodes

USUAL: Final = LogApp(name="Query Logs (Sqlite)", class_path="QueryLogsSqlite.App")
_NO_SUCH_APP: Final = "DNS application"


class NoQueryLogs(NodeError):  # noqa: N818 - as the other errors of nodes
    """No app on this node keeps query logs that can be searched."""

    code: ClassVar[str] = "no_query_logs"

    def __init__(self, node_id: str) -> None:
        super().__init__(
            node_id,
            "No app on this node keeps query logs that can be searched. Install "
            f'"{USUAL.name}" from the App Store of the node; what it answers from then on is '
            "shown here.",
            path=LOGS_QUERY.path,
        )


class _DnsApp(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    class_path: str
    is_query_logs: bool = False


class _App(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    name: str
    dns_apps: list[_DnsApp] = []


class _AppsList(msgspec.Struct, frozen=True, kw_only=True):
    apps: list[_App]


class LogApps:
    """Remembers which app answered on which node.

    It is a hint for everybody, not an answer of somebody: whether a person may search is what the
    node says to that person's own call, every time.
    """

    def __init__(self) -> None:
        self._answered: dict[str, LogApp] = {}

    async def query(
        self,
        nodes: PersonsNodes,
        node_id: str,
        params: Mapping[str, str],
        *,
        app: LogApp | None,
    ) -> dict[str, Any]:
        """One answer of logs/query, from `app` if one is named; one call unless apps changed.

        Raises:
            NoQueryLogs: There is no such app on the node.
            NodeError: The node did not answer.
        """
        asked = app or self._answered.get(node_id, USUAL)
        try:
            answer = await _query(nodes, node_id, params, asked)
        except NodeRejected as error:
            if app is not None or not self._may_be_another(node_id, error):
                raise
            asked = await self._other(nodes, node_id, asked, error)
            answer = await _query(nodes, node_id, params, asked)
        if app is None:
            self._answered[node_id] = asked
        return answer

    def _may_be_another(self, node_id: str, error: NodeRejected) -> bool:
        return node_id not in self._answered or error.message.startswith(_NO_SUCH_APP)

    async def _other(
        self, nodes: PersonsNodes, node_id: str, asked: LogApp, error: NodeRejected
    ) -> LogApp:
        """The app to ask instead; the first by name where there are several."""
        self._answered.pop(node_id, None)
        found = _searchable(await ask(nodes, node_id, APPS_LIST, _AppsList))
        if not found:
            raise NoQueryLogs(node_id) from error
        if asked in found:
            raise error
        return found[0]


def _searchable(installed: _AppsList) -> list[LogApp]:
    return [
        LogApp(name=app.name, class_path=part.class_path)
        for app in sorted(installed.apps, key=lambda app: app.name)
        for part in app.dns_apps
        if part.is_query_logs
    ]


async def _query(
    nodes: PersonsNodes, node_id: str, params: Mapping[str, str], app: LogApp
) -> dict[str, Any]:
    return await nodes.call(
        node_id, LOGS_QUERY, {**params, "name": app.name, "classPath": app.class_path}
    )
