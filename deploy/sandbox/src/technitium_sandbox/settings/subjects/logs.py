"""Logs and statistics: where they go and how long they stay."""

from typing import TYPE_CHECKING

from technitium_sandbox.calls.parameters import as_bool, as_integer
from technitium_sandbox.settings import values
from technitium_sandbox.settings.field import plain, special
from technitium_sandbox.settings.source import Source

if TYPE_CHECKING:
    from technitium_sandbox.node import Node


def _logging(node: "Node", source: Source) -> bool:
    names = ("None", "File", "Console", "FileAndConsole")
    kind = values.choice(source.text("loggingType"), names)
    switch = source.text("enableLogging")
    if kind is None:
        if not switch:
            return False
        kind = "File" if as_bool(switch) else "None"
    node.settings["loggingType"] = kind
    node.settings["enableLogging"] = kind != "None"
    return True


FIELDS = (
    special("loggingType", _logging),
    *plain(as_bool, ("ignoreResolverLogs", "logQueries", "useLocalTime")),
    *plain(str, ("logFolder",)),
    *plain(as_integer, ("maxLogFileDays",)),
    *plain(as_bool, ("enableInMemoryStats",)),
    *plain(as_integer, ("maxStatFileDays",)),
)
