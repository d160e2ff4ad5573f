"""Times of nodes are read as they write them."""

import pytest
from node_proxy.domain.instant import format_instant, parse_instant


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1970-01-01T00:01:00Z", 60.0),
        ("1970-01-01T00:01:00.5Z", 60.5),
        ("1970-01-01T00:01:00.1234567Z", 60.123456),
        ("1970-01-01T01:01:00+01:00", 60.0),
        ("1970-01-01T00:01:00", 60.0),
    ],
)
def test_time_is_read_in_every_spelling_of_nodes(text: str, expected: float) -> None:
    assert parse_instant(text) == pytest.approx(expected)


@pytest.mark.parametrize("text", [None, "", "0001-01-01T00:00:00", "yesterday", "12:30"])
def test_what_is_no_time_is_none(text: str | None) -> None:
    assert parse_instant(text) is None


def test_time_is_written_as_browsers_do() -> None:
    assert format_instant(60.5) == "1970-01-01T00:01:00.500Z"
