"""What log routes answer: the Companion's fields, and what they leave open."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
from companion.nodes import NodeConfig
from msgspec import UNSET, UnsetType

from node_proxy.domain.fan_out import Reply
from node_proxy.domain.instant import format_instant
from node_proxy.domain.logs.filters import Names
from node_proxy.domain.logs.gathering import Gathering
from node_proxy.domain.logs.query import PageQuery
from node_proxy.domain.logs.rows import LogEntry, LogRow, log_entry, log_row
from node_proxy.domain.logs.windows import Found, Source
from node_proxy.domain.node_entry import NodeEntry, entry_of


class LogNode(NodeEntry, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """How one node did; the totals are there only if it answered.

    `duration_ms` and `error` are what the Companion calls `took_ms` and `message`.
    """

    base_url: str
    fetched_at: str
    total_entries: int | None = None
    total_pages: int | None = None
    duration_ms: int
    error: str | None = None


class CombinedPage(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What `GET /api/nodes/logs/combined` answers."""

    fetched_at: str
    page_number: int
    entries_per_page: int
    total_pages: int
    total_entries: int
    total_matching_entries: int
    total_is_lower_bound: bool
    has_more_pages: bool
    duplicates_removed: int | UnsetType = UNSET
    descending_order: bool
    next_cursor: str | None
    entries: list[LogEntry]
    nodes: list[LogNode]


class NodeLogs(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One page of one node."""

    page_number: int
    total_pages: int
    total_entries: int
    total_matching_entries: int
    total_is_lower_bound: bool
    has_more_pages: bool
    next_cursor: str | None
    entries: list[LogRow]


class NodeLogsAnswer(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What `GET /api/nodes/{id}/logs` answers."""

    node_id: str
    fetched_at: str
    duplicates_removed: int | UnsetType = UNSET
    data: NodeLogs


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A page as it was found, before it is written down.

    Attributes:
        total: Rows that the nodes hold and that their filters match.
        matching: Rows that are left of them after what is sifted here.
    """

    page_number: int
    rows: list[tuple[Source, Found]]
    total: int
    matching: int
    is_lower_bound: bool
    has_more: bool
    next_cursor: str | None


def combined_page(
    query: PageQuery,
    result: Result,
    gathering: Gathering,
    configs: Mapping[str, NodeConfig],
    *,
    names: Names,
    now: float,
) -> CombinedPage:
    """The page of several nodes; `now` is in seconds since the epoch."""
    return CombinedPage(
        fetched_at=format_instant(now),
        page_number=result.page_number,
        entries_per_page=query.entries_per_page,
        total_pages=_pages(result.matching, query),
        total_entries=result.total,
        total_matching_entries=result.matching,
        total_is_lower_bound=result.is_lower_bound,
        has_more_pages=result.has_more,
        duplicates_removed=_removed(query, result),
        descending_order=query.search.descending,
        next_cursor=result.next_cursor,
        entries=[
            log_entry(found.row, names(found.row.client_ip_address), configs[source.node_id])
            for source, found in result.rows
        ],
        nodes=[
            _log_node(configs[node_id], gathering, query, now=now) for node_id in gathering.node_ids
        ],
    )


def node_logs(
    node_id: str, query: PageQuery, result: Result, *, names: Names, now: float
) -> NodeLogsAnswer:
    """The page of one node; `now` is in seconds since the epoch."""
    return NodeLogsAnswer(
        node_id=node_id,
        fetched_at=format_instant(now),
        duplicates_removed=_removed(query, result),
        data=NodeLogs(
            page_number=result.page_number,
            total_pages=_pages(result.matching, query),
            total_entries=result.total,
            total_matching_entries=result.matching,
            total_is_lower_bound=result.is_lower_bound,
            has_more_pages=result.has_more,
            next_cursor=result.next_cursor,
            entries=[
                log_row(found.row, names(found.row.client_ip_address)) for _, found in result.rows
            ],
        ),
    )


def _log_node(config: NodeConfig, gathering: Gathering, query: PageQuery, *, now: float) -> LogNode:
    took_ms = gathering.took_ms(config.id)
    error = gathering.errors.get(config.id)
    total = gathering.total_of(config.id) if error is None else None
    return entry_of(
        LogNode,
        config.id,
        Reply(value=error, took_ms=took_ms),
        base_url=config.base_url,
        fetched_at=format_instant(now),
        total_entries=total,
        total_pages=None if total is None else _pages(total, query),
        duration_ms=took_ms,
        error=None if error is None else error.message,
    )


def _pages(total: int, query: PageQuery) -> int:
    """Never 0, as in the Companion: an empty list is one empty page."""
    return max(1, -(-total // query.entries_per_page))


def _removed(query: PageQuery, result: Result) -> int | UnsetType:
    return UNSET if query.dedupe == "none" else result.total - result.matching
