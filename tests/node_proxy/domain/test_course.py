"""Courses of different fineness become one that ends now, whatever the clocks do."""

from datetime import UTC, datetime, timedelta

import pytest
from companion.technitium.errors import NodeGarbled
from hypothesis import given
from hypothesis import strategies as st
from node_proxy.domain.dashboard.course import Course, Unit, course_of, summed, with_running
from node_proxy.domain.dashboard.node_answer import Chart, Dataset

from tests.node_proxy.domain.charts import FULL_HOUR, chart, day_until, hour_until, label


def course(of: Chart, unit: Unit) -> Course:
    return course_of(of, unit, labelled_by_end=unit in {"minute", "hour"}, node_id="ns1")


def day_with(hour: Chart, *, until: datetime = FULL_HOUR) -> Course:
    return with_running(course(day_until(until, [100] * 24), "hour"), course(hour, "minute"))


def test_the_running_hour_is_made_of_the_minutes_since_the_full_hour() -> None:
    whole = day_with(hour_until(FULL_HOUR + timedelta(minutes=15), [10] * 60))

    assert whole.lines["total"] == [100] * 24 + [15 * 10]
    assert whole.lines["blocked"] == [50] * 24 + [15 * 5]
    assert whole.starts[-1] == FULL_HOUR.timestamp()


def test_at_the_full_hour_nothing_runs_yet() -> None:
    assert len(day_with(hour_until(FULL_HOUR, [10] * 60)).starts) == 24


def test_hour_that_strikes_between_the_two_answers_loses_no_minute() -> None:
    whole = day_with(hour_until(FULL_HOUR + timedelta(hours=1), [1] * 60))

    assert whole.lines["total"][-1] == 60


def test_day_that_already_holds_the_hour_counts_it_once() -> None:
    before = hour_until(FULL_HOUR + timedelta(minutes=59), [1] * 60)

    whole = day_with(before, until=FULL_HOUR + timedelta(hours=1))

    assert sum(whole.lines["total"]) == 2400


@given(minutes=st.integers(0, 59), counts=st.lists(st.integers(0, 10**6), min_size=60, max_size=60))
def test_the_sum_is_the_day_and_its_last_minutes(minutes: int, counts: list[int]) -> None:
    whole = day_with(hour_until(FULL_HOUR + timedelta(minutes=minutes), counts))

    assert sum(whole.lines["total"]) == 2400 + (sum(counts[-minutes:]) if minutes else 0)


def test_running_day_holds_the_hours_since_midnight_and_the_running_one() -> None:
    midnight = FULL_HOUR.replace(hour=0)
    week = course(chart([midnight - timedelta(days=7 - day) for day in range(7)], [1] * 7), "day")
    today = day_with(hour_until(FULL_HOUR + timedelta(minutes=5), [1] * 60))

    whole = with_running(week, today)

    assert whole.lines["total"] == [1] * 7 + [14 * 100 + 5]
    assert whole.starts[-1] == midnight.timestamp()


def test_running_month_begins_with_the_first_of_the_month() -> None:
    first = datetime(2026, 7, 1, tzinfo=UTC)
    year = course(chart([datetime(2026, 6, 1, tzinfo=UTC)], [1000]), "month")
    days = course(chart([first - timedelta(days=6 - day) for day in range(31)], [1] * 31), "day")

    whole = with_running(year, days)

    assert whole.lines["total"] == [1000, 25]
    assert whole.starts[-1] == first.timestamp()


def test_clients_of_the_running_bucket_are_not_added() -> None:
    hour = hour_until(FULL_HOUR + timedelta(minutes=3), [1] * 60, clients=[0] * 57 + [4, 9, 2])

    assert day_with(hour).lines["clients"][-1] == 9


def test_nodes_are_summed_by_the_moment_of_a_bucket() -> None:
    early = course(day_until(FULL_HOUR, [1, 2]), "hour")
    late = course(day_until(FULL_HOUR + timedelta(hours=1), [10, 20]), "hour")

    both = summed([early, late])

    assert both.lines["total"] == [1, 12, 20]
    assert [start - both.starts[0] for start in both.starts] == [0, 3600, 7200]


@pytest.mark.parametrize(
    "broken",
    [
        Chart(labels=["14:03"], datasets=chart([FULL_HOUR], [1]).datasets),
        Chart(labels=[label(FULL_HOUR)], datasets=[]),
        Chart(labels=[label(FULL_HOUR)], datasets=chart([FULL_HOUR] * 2, [1, 2]).datasets),
        Chart(
            labels=[label(FULL_HOUR)],
            datasets=[Dataset(label="Total", data=[1]), Dataset(label="Blocked", data=[1])],
        ),
    ],
    ids=["label is no time", "no line", "line of another length", "a line is missing"],
)
def test_chart_that_does_not_hold_together_is_garbled(broken: Chart) -> None:
    with pytest.raises(NodeGarbled):
        course(broken, "hour")


def test_chart_without_buckets_is_empty() -> None:
    empty = course(chart([], []), "hour")

    assert empty.end is None
    assert list(empty.lines["total"]) == []
