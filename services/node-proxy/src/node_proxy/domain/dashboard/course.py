"""The course of queries over time: counts in buckets, each known by the moment it begins.

A node labels minutes and hours with their ends, days and months with their beginnings. Here a
bucket is its beginning, so that ranges can be joined and nodes can be summed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

from companion.technitium.calls import STATS_GET

from node_proxy.domain.answer import garbled
from node_proxy.domain.dashboard.node_answer import Chart
from node_proxy.domain.instant import parse_instant

Unit = Literal["minute", "hour", "day", "month"]

MINUTE_S: Final = 60
HOUR_S: Final = 3600
DAY_S: Final = 86_400

# The node's name of a line to ours.
LINES: Final[Mapping[str, str]] = {
    "Total": "total",
    "No Error": "noError",
    "Server Failure": "serverFailure",
    "NX Domain": "nxDomain",
    "Refused": "refused",
    "Authoritative": "authoritative",
    "Recursive": "recursive",
    "Cached": "cached",
    "Blocked": "blocked",
    "Dropped": "dropped",
    "Clients": "clients",
}
# The same client is in several buckets and at several nodes: it must not be counted twice.
_NOT_ADDITIVE: Final = "clients"


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Counts in consecutive buckets.

    Attributes:
        unit: How long a bucket is.
        starts: Epoch seconds at which each begins.
        lines: A name of `LINES` to one count for each bucket.
    """

    unit: Unit
    starts: Sequence[int]
    lines: Mapping[str, Sequence[int]]

    @property
    def end(self) -> int | None:
        """The moment at which the last bucket ends; None without any."""
        return bucket_end(self.starts[-1], self.unit) if self.starts else None


def bucket_end(start: int, unit: Unit) -> int:
    """The moment at which the bucket that begins at `start` ends."""
    match unit:
        case "minute":
            return start + MINUTE_S
        case "hour":
            return start + HOUR_S
        case "day":
            return start + DAY_S
        case "month":
            first = datetime.fromtimestamp(start, UTC)
            year, month = divmod(first.year * 12 + first.month, 12)
            return int(datetime(year, month + 1, 1, tzinfo=UTC).timestamp())


def course_of(chart: Chart, unit: Unit, *, labelled_by_end: bool, node_id: str) -> Course:
    """Read a node's chart.

    Raises:
        NodeGarbled: A label is no time, or a line is missing or of another length.
    """
    shift = {"minute": MINUTE_S, "hour": HOUR_S}.get(unit, 0) if labelled_by_end else 0
    starts = [_moment(label, node_id) - shift for label in chart.labels]
    lines = {LINES[line.label]: line.data for line in chart.datasets if line.label in LINES}
    for name in LINES.values():
        if len(lines.get(name, ())) != len(starts) or (name not in lines and not starts):
            raise garbled(node_id, STATS_GET, f"the chart has no complete line {name}")
    return Course(unit=unit, starts=starts, lines=lines)


def with_running(course: Course, finer: Course) -> Course:
    """The course with one more bucket, which is still running, made of a finer course.

    Where the course ends is read from its own last bucket, so a clock that differs from the
    node's, or a full hour that strikes between two answers, counts nothing twice. There is no such
    bucket while the finer course reaches no further.
    """
    begin = course.end
    if begin is None:
        begin = finer.starts[0] if finer.starts else 0
    positions = [index for index, start in enumerate(finer.starts) if start >= begin]
    if not positions:
        return course
    lines = {
        name: [*counts, _together(name, [finer.lines[name][index] for index in positions])]
        for name, counts in course.lines.items()
    }
    return Course(unit=course.unit, starts=[*course.starts, begin], lines=lines)


def summed(courses: Sequence[Course]) -> Course:
    """The courses of several nodes as one: equal buckets added, clients as the largest of them."""
    starts = sorted({start for course in courses for start in course.starts})
    found: dict[str, dict[int, list[int]]] = {name: {} for name in LINES.values()}
    for course in courses:
        for name, counts in course.lines.items():
            for start, count in zip(course.starts, counts, strict=True):
                found[name].setdefault(start, []).append(count)
    lines = {
        name: [_together(name, at.get(start, ())) for start in starts] for name, at in found.items()
    }
    return Course(unit=courses[0].unit, starts=starts, lines=lines)


def _together(name: str, counts: Iterable[int]) -> int:
    return max(counts, default=0) if name == _NOT_ADDITIVE else sum(counts)


def _moment(label: str, node_id: str) -> int:
    moment = parse_instant(label)
    if moment is None:
        raise garbled(node_id, STATS_GET, "a label of the chart is no time")
    return int(moment)
