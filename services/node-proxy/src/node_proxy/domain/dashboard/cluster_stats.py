"""One range of all nodes: each for itself, and their sum with the word who is missing from it.

The nodes' own sum (`node=cluster`) leaves out members that are down without a word.
"""

from collections.abc import Mapping, Sequence

import msgspec
from companion.technitium.errors import NodeError

from node_proxy.domain.dashboard.course import summed
from node_proxy.domain.dashboard.node_answer import Counters
from node_proxy.domain.dashboard.node_stats import (
    COUNTER_OF_LINE,
    Asked,
    CourseAnswer,
    NodeStats,
    Span,
    Totals,
    course_answer,
    node_stats,
    span_of,
    totals_of,
)
from node_proxy.domain.dashboard.top import (
    CommonTopEntry,
    Share,
    common_shares,
    common_top,
    shares_of,
)
from node_proxy.domain.fan_out import Reply
from node_proxy.domain.instant import format_instant
from node_proxy.domain.node_entry import NodeEntry, entry_of


class NodeStatsEntry(NodeEntry, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """One node: its range, or why it has none to show."""

    stats: NodeStats | None = None


class CommonTotals(Counters, frozen=True, kw_only=True, rename="camel"):
    """Sums over the nodes that answered.

    Nobody knows how many clients several nodes have together, since most ask more than one:
    `clients_at_least` is the largest number that one of them had.
    """

    clients_at_least: int


class CommonStats(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The range over the nodes that answered."""

    span: Span
    totals: CommonTotals
    course: CourseAnswer
    query_types: list[Share]
    protocols: list[Share]
    top_clients: list[CommonTopEntry]
    top_domains: list[CommonTopEntry]
    top_blocked_domains: list[CommonTopEntry]


class ClusterStats(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What `GET /api/nodes/all/stats` answers; `sum` is null while no node answered."""

    fetched_at: str
    took_ms: int
    asked: int
    answered: int
    missing: list[str]
    sum: CommonStats | None
    nodes: list[NodeStatsEntry]


def cluster_stats(replies: Mapping[str, Reply[Asked]], *, now: float, took_ms: int) -> ClusterStats:
    """The answer out of one reply for each node."""
    answers = [reply.value for reply in replies.values() if isinstance(reply.value, Asked)]
    return ClusterStats(
        fetched_at=format_instant(now),
        took_ms=took_ms,
        asked=len(replies),
        answered=len(answers),
        missing=[
            node_id for node_id, reply in replies.items() if isinstance(reply.value, NodeError)
        ],
        sum=_sum(answers) if answers else None,
        nodes=[_entry(node_id, reply) for node_id, reply in replies.items()],
    )


def _entry(node_id: str, reply: Reply[Asked]) -> NodeStatsEntry:
    value = reply.value
    stats = None if isinstance(value, NodeError) else node_stats(value)
    return entry_of(NodeStatsEntry, node_id, reply, stats=stats)


def _sum(answers: Sequence[Asked]) -> CommonStats:
    course = summed([one.course for one in answers])
    # The bucket that runs at any of them runs.
    full = len(summed([one.full for one in answers]).starts)
    mains = [one.main for one in answers]
    return CommonStats(
        span=span_of(course, answers[0].range_, full=full),
        totals=_common_totals([totals_of(one) for one in answers]),
        course=course_answer(course),
        query_types=common_shares([shares_of(one.query_type_chart_data) for one in mains]),
        protocols=common_shares([shares_of(one.protocol_type_chart_data) for one in mains]),
        top_clients=common_top([one.top_clients for one in mains]),
        top_domains=common_top([one.top_domains for one in mains]),
        top_blocked_domains=common_top([one.top_blocked_domains for one in mains]),
    )


def _common_totals(of_nodes: Sequence[Totals]) -> CommonTotals:
    sums = {
        counter: sum(getattr(totals, counter) for totals in of_nodes)
        for counter in COUNTER_OF_LINE.values()
    }
    return CommonTotals(clients_at_least=max(totals.total_clients for totals in of_nodes), **sums)
