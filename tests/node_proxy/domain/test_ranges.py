"""What ranges can be asked for, and what is said of others."""

import pytest
from node_proxy.domain.dashboard.ranges import read_range
from node_proxy.domain.refused_field import FieldRefused


@pytest.mark.parametrize(
    ("kind", "calls"),
    [("LastHour", 1), ("LastDay", 2), ("lastweek", 3), ("LastMonth", 3), ("LastYear", 4)],
)
def test_a_range_is_its_own_call_and_those_that_reach_until_now(kind: str, calls: int) -> None:
    assert len(read_range({"type": kind}).parts) == calls


def test_without_a_type_it_is_the_last_hour() -> None:
    assert read_range({}).type == "LastHour"


@pytest.mark.parametrize(
    ("end", "unit"),
    [
        ("2026-01-01T02:00Z", "minute"),
        ("2026-01-02T00:00Z", "hour"),
        ("2026-01-20T00:00+01:00", "day"),
    ],
)
def test_custom_range_knows_the_buckets_that_the_node_will_choose(end: str, unit: str) -> None:
    asked = read_range({"type": "Custom", "start": "2026-01-01T00:00:00Z", "end": end})

    assert asked.parts[0].unit == unit


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"type": "LastDecade"}, "type"),
        ({"type": "Custom"}, "start"),
        ({"type": "Custom", "start": "yesterday", "end": "2026-01-01T00:00Z"}, "start"),
        ({"type": "Custom", "start": "2026-01-01T00:00Z"}, "end"),
        ({"type": "Custom", "start": "2026-01-02T00:00Z", "end": "2026-01-01T00:00Z"}, "end"),
        ({"type": "Custom", "start": "1999-01-01T00:00Z", "end": "2026-01-01T00:00Z"}, "start"),
    ],
)
def test_what_means_nothing_is_refused_by_name(params: dict[str, str], field: str) -> None:
    with pytest.raises(FieldRefused) as refused:
        read_range(params)

    assert refused.value.field == field
    assert field in str(refused.value) or field == "start"
