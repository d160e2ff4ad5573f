"""The last day and the running hour become one number, whatever the clocks do."""

from datetime import UTC, datetime, timedelta

import pytest
from companion.technitium.errors import NodeGarbled
from hypothesis import given
from hypothesis import strategies as st
from node_proxy.domain.statistics import Chart, Dataset, Statistics, Totals, with_current_hour

FULL_HOUR = datetime(2026, 7, 26, 14, tzinfo=UTC)


def label(moment: datetime) -> str:
    """A label as nodes write it with utc=true."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.0000000Z")


def statistics(
    ends: list[datetime], total: list[int], blocked: list[int], *, clients: int = 0
) -> Statistics:
    return Statistics(
        stats=Totals(total_queries=sum(total), total_blocked=sum(blocked), total_clients=clients),
        main_chart_data=Chart(
            labels=[label(end) for end in ends],
            datasets=[
                Dataset(label="Total", data=total),
                Dataset(label="Blocked", data=blocked),
            ],
        ),
    )


def day_until(end: datetime, *, queries: int = 0, blocked: int = 0, clients: int = 0) -> Statistics:
    ends = [end - timedelta(hours=23 - hour) for hour in range(24)]
    return statistics(ends, [queries] + [0] * 23, [blocked] + [0] * 23, clients=clients)


def hour_until(end: datetime, total: list[int], *, clients: int = 0) -> Statistics:
    ends = [end - timedelta(minutes=59 - minute) for minute in range(60)]
    return statistics(ends, total, [count // 2 for count in total], clients=clients)


def test_only_minutes_after_the_full_hour_are_added() -> None:
    quarter_past = hour_until(FULL_HOUR + timedelta(minutes=15), [10] * 60)

    totals = with_current_hour(
        day_until(FULL_HOUR, queries=100, blocked=20), quarter_past, node_id="ns1"
    )

    assert totals.total_queries == 100 + 15 * 10
    assert totals.total_blocked == 20 + 15 * 5


def test_clients_are_those_of_the_day_alone() -> None:
    hour = hour_until(FULL_HOUR + timedelta(minutes=1), [1] * 60, clients=9)

    totals = with_current_hour(day_until(FULL_HOUR, clients=6), hour, node_id="ns1")

    assert totals.total_clients == 6


def test_hour_that_strikes_between_the_two_answers_loses_no_minute() -> None:
    struck = hour_until(FULL_HOUR + timedelta(hours=1), [1] * 60)

    totals = with_current_hour(day_until(FULL_HOUR, queries=100), struck, node_id="ns1")

    assert totals.total_queries == 160


def test_day_that_already_holds_the_hour_counts_it_once() -> None:
    before = hour_until(FULL_HOUR + timedelta(minutes=59), [1] * 60)

    day = day_until(FULL_HOUR + timedelta(hours=1), queries=100)

    assert with_current_hour(day, before, node_id="ns1").total_queries == 100


@given(minutes=st.integers(0, 59), counts=st.lists(st.integers(0, 10**6), min_size=60, max_size=60))
def test_the_sum_is_the_day_and_its_last_minutes(minutes: int, counts: list[int]) -> None:
    hour = hour_until(FULL_HOUR + timedelta(minutes=minutes), counts)

    totals = with_current_hour(day_until(FULL_HOUR, queries=7), hour, node_id="ns1")

    assert totals.total_queries == 7 + (sum(counts[-minutes:]) if minutes else 0)


@pytest.mark.parametrize(
    "chart",
    [
        Chart(labels=["14:03"], datasets=[Dataset(label="Total", data=[1])]),
        Chart(labels=[label(FULL_HOUR)], datasets=[]),
        Chart(labels=[label(FULL_HOUR)], datasets=[Dataset(label="Total", data=[1, 2])]),
    ],
    ids=["label is no time", "no dataset", "dataset of another length"],
)
def test_chart_that_does_not_hold_together_is_garbled(chart: Chart) -> None:
    totals = Totals(total_queries=1, total_blocked=0, total_clients=0)
    broken = Statistics(stats=totals, main_chart_data=chart)

    with pytest.raises(NodeGarbled):
        with_current_hour(day_until(FULL_HOUR), broken, node_id="ns1")
