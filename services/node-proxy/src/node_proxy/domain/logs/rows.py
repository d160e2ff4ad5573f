"""Rows of query logs: as a node answers them, and as they are shown."""

from typing import Annotated

import msgspec
from companion.nodes import NodeConfig
from msgspec import UNSET, UnsetType
from msgspec.structs import asdict

from node_proxy.domain.logs.moment import moment_of


class Row(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One answered query. `row_number` is a place in what was asked for, not a name."""

    row_number: int
    timestamp: str
    client_ip_address: str
    protocol: str
    response_type: str
    response_rtt: float | UnsetType = UNSET
    rcode: str
    qname: str | None
    qtype: str | None
    qclass: str | None
    answer: str | None

    @property
    def moment(self) -> int:
        """When it was answered, in 100 ns.

        Raises:
            ValueError: The node writes no moment, or one that does not exist.
        """
        return moment_of(self.timestamp)


class NodePage(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A node's answer to logs/query. Without a row the number of the page is 1, or before 15 0."""

    page_number: Annotated[int, msgspec.Meta(ge=0)]
    total_entries: Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]
    entries: list[Row]


class LogRow(Row, frozen=True, kw_only=True, rename="camel"):
    """One row of one node, as it is shown; a name of the client is there where one is known."""

    client_name: str | UnsetType = UNSET


class LogEntry(LogRow, frozen=True, kw_only=True, rename="camel"):
    """One row among those of several nodes."""

    node_id: str
    base_url: str


def log_row(row: Row, client_name: str | None) -> LogRow:
    """One row for an answer about one node."""
    return LogRow(**asdict(row), client_name=client_name or UNSET)


def log_entry(row: Row, client_name: str | None, config: NodeConfig) -> LogEntry:
    """One row for an answer about several nodes."""
    return LogEntry(
        **asdict(row),
        client_name=client_name or UNSET,
        node_id=config.id,
        base_url=config.base_url,
    )
