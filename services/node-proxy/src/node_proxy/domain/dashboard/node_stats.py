"""One range of one node, from the beginning of the range until now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Final

import msgspec
from companion.technitium.calls import STATS_GET

from node_proxy.domain.answer import ask
from node_proxy.domain.dashboard.course import LINES, Course, Unit, course_of, with_running
from node_proxy.domain.dashboard.node_answer import Counters, Statistics, TopEntry
from node_proxy.domain.dashboard.ranges import Part, Range
from node_proxy.domain.dashboard.top import Share, shares_of
from node_proxy.domain.fan_out import side_by_side
from node_proxy.domain.instant import format_instant
from node_proxy.domain.ports import PersonsNodes

# The counter of each line of the course.
COUNTER_OF_LINE: Final[Mapping[str, str]] = {
    "total": "total_queries",
    "noError": "total_no_error",
    "serverFailure": "total_server_failure",
    "nxDomain": "total_nx_domain",
    "refused": "total_refused",
    "authoritative": "total_authoritative",
    "recursive": "total_recursive",
    "cached": "total_cached",
    "blocked": "total_blocked",
    "dropped": "total_dropped",
}


class Totals(Counters, frozen=True, kw_only=True, rename="camel"):
    """Sums over the range. `total_clients` is of the full buckets: clients cannot be added."""

    total_clients: int


class Holdings(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What the node holds now, in numbers; it has nothing to do with the range."""

    zones: int | None
    cached_entries: int | None
    allowed_zones: int | None
    blocked_zones: int | None
    allow_list_zones: int | None
    block_list_zones: int | None


class Span(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """From when until when, and how long a bucket of the course is.

    `is_last_running` says that the last bucket is not over yet.
    """

    type: str
    from_: str | None = msgspec.field(name="from")
    to: str | None
    unit: Unit
    is_last_running: bool


class CourseAnswer(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Counts in buckets: `times` are their beginnings."""

    times: list[str]
    total: list[int]
    no_error: list[int]
    server_failure: list[int]
    nx_domain: list[int]
    refused: list[int]
    authoritative: list[int]
    recursive: list[int]
    cached: list[int]
    blocked: list[int]
    dropped: list[int]
    clients: list[int]


class NodeStats(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a node says of a range. Lists and shares are of the full buckets of the range."""

    span: Span
    totals: Totals
    holdings: Holdings
    course: CourseAnswer
    query_types: list[Share]
    protocols: list[Share]
    top_clients: list[TopEntry]
    top_domains: list[TopEntry]
    top_blocked_domains: list[TopEntry]


class NodeStatsAnswer(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What `GET /api/nodes/{id}/stats` answers."""

    node_id: str
    fetched_at: str
    took_ms: int
    stats: NodeStats


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A node's statistics of a range with the course until now."""

    range_: Range
    main: Statistics
    full: Course
    course: Course


async def ask_stats(nodes: PersonsNodes, node_id: str, range_: Range) -> Asked:
    """Ask a node for all parts of a range at once.

    Raises:
        NodeError: It did not answer one of them, or not in the right shape.
    """

    async def one(part: Part) -> Statistics:
        return await ask(nodes, node_id, STATS_GET, Statistics, part.params)

    async with side_by_side() as group:
        tasks = [group.create_task(one(part)) for part in range_.parts]
    answers = [task.result() for task in tasks]
    courses = [
        course_of(
            answer.main_chart_data,
            part.unit,
            labelled_by_end=part.labelled_by_end,
            node_id=node_id,
        )
        for part, answer in zip(range_.parts, answers, strict=True)
    ]
    # From the finest to the range itself: each gets its running bucket from the one below.
    whole = reduce(lambda finer, course: with_running(course, finer), reversed(courses))
    return Asked(range_=range_, main=answers[0], full=courses[0], course=whole)


def totals_of(asked: Asked) -> Totals:
    """The node's own sums with what the running bucket adds."""
    stats = asked.main.stats
    running = len(asked.course.starts) - len(asked.full.starts)
    counters = {
        counter: getattr(stats, counter) + sum(_last(asked.course.lines[line], running))
        for line, counter in COUNTER_OF_LINE.items()
    }
    return Totals(total_clients=stats.total_clients, **counters)


def node_stats(asked: Asked) -> NodeStats:
    """The answer out of what the node said."""
    main = asked.main
    return NodeStats(
        span=span_of(asked.course, asked.range_, full=len(asked.full.starts)),
        totals=totals_of(asked),
        holdings=msgspec.convert(main.stats, Holdings, from_attributes=True),
        course=course_answer(asked.course),
        query_types=shares_of(main.query_type_chart_data),
        protocols=shares_of(main.protocol_type_chart_data),
        top_clients=main.top_clients,
        top_domains=main.top_domains,
        top_blocked_domains=main.top_blocked_domains,
    )


def node_stats_answer(node_id: str, asked: Asked, *, now: float, took_ms: int) -> NodeStatsAnswer:
    """One node's answer; `now` in epoch seconds."""
    return NodeStatsAnswer(
        node_id=node_id,
        fetched_at=format_instant(now),
        took_ms=took_ms,
        stats=node_stats(asked),
    )


def span_of(course: Course, range_: Range, *, full: int) -> Span:
    """The span of a course of which the first `full` buckets are over."""
    starts = course.starts
    return Span(
        type=range_.type,
        from_=format_instant(starts[0]) if starts else None,
        to=None if course.end is None else format_instant(course.end),
        unit=course.unit,
        is_last_running=len(starts) > full,
    )


def course_answer(course: Course) -> CourseAnswer:
    lines = {name: list(course.lines[name]) for name in LINES.values()}
    return msgspec.convert(
        {"times": [format_instant(start) for start in course.starts], **lines}, CourseAnswer
    )


def _last(counts: Sequence[int], number: int) -> Sequence[int]:
    return counts[len(counts) - number :]
