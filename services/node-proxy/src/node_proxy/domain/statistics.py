"""The last day of a node's statistics, with the hour that is still running.

`LastDay` ends at the last full hour, so alone it would show a new node as silent for an hour.
"""

from typing import Annotated

import msgspec
from companion.technitium.calls import STATS_GET

from node_proxy.domain.answer import garbled
from node_proxy.domain.instant import parse_instant

# Browsers read whole numbers exactly up to here; a node that counts further is broken.
_LARGEST = 2**53 - 1

Count = Annotated[int, msgspec.Meta(ge=0, le=_LARGEST)]

LAST_DAY = {"type": "LastDay", "utc": "true"}
LAST_HOUR = {"type": "LastHour", "utc": "true"}


class Totals(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The sums over the whole range that was asked for."""

    total_queries: Count
    total_blocked: Count
    total_clients: Count


class Dataset(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the chart: a count for each label."""

    label: str
    data: list[Count]


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """The course over time; with `utc=true` each label is the end of its bucket."""

    labels: list[str]
    datasets: list[Dataset]


class Statistics(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The parts of dashboard/stats/get that are read here."""

    stats: Totals
    main_chart_data: Chart


def with_current_hour(day: Statistics, hour: Statistics, *, node_id: str) -> Totals:
    """Adds the minutes since the last full hour to the day's totals.

    Where the day ends is read from its own last label, so neither a clock that differs from the
    node's nor a full hour that strikes between the two answers counts a minute twice. Clients are
    not additive (the same one asks in both ranges): theirs is the day's number alone.

    Raises:
        NodeGarbled: The labels are no times, or a dataset is missing or of another length.
    """
    day_end = _times(day.main_chart_data, node_id)[-1:]
    ends = _times(hour.main_chart_data, node_id)
    current = [i for i, end in enumerate(ends) if not day_end or end > day_end[0]]
    return Totals(
        total_queries=day.stats.total_queries + _sum(hour, "Total", current, node_id),
        total_blocked=day.stats.total_blocked + _sum(hour, "Blocked", current, node_id),
        total_clients=day.stats.total_clients,
    )


def _times(chart: Chart, node_id: str) -> list[float]:
    times = [moment for label in chart.labels if (moment := parse_instant(label)) is not None]
    if len(times) != len(chart.labels):
        raise garbled(node_id, STATS_GET, "a label of the chart is no time")
    return times


def _sum(statistics: Statistics, label: str, positions: list[int], node_id: str) -> int:
    chart = statistics.main_chart_data
    for dataset in chart.datasets:
        if dataset.label == label and len(dataset.data) == len(chart.labels):
            return sum(dataset.data[position] for position in positions)
    raise garbled(node_id, STATS_GET, f"the chart has no complete dataset {label}")
