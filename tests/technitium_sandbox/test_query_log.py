"""Rows of query logs: what is found is what a search of every row finds, and it is found soon."""

import time
import tracemalloc
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from technitium_sandbox.logs.query_log import Filter, QueryLog, Row, like

NAMES = ("www.home.test", "nas.home.test", "ads.test", "", "a_b.test", "x%y.test", "axb.test")
CLIENTS = ("192.0.2.1", "192.0.2.2", "2001:db8::1")
ROWS = st.lists(
    st.builds(
        Row,
        at=st.integers(0, 50).map(float),
        client=st.sampled_from(CLIENTS),
        protocol=st.sampled_from([0, 1]),
        response_type=st.integers(1, 4),
        rcode=st.sampled_from([0, 3]),
        qname=st.sampled_from(NAMES),
        qtype=st.sampled_from([1, 28, 65535]),
        qclass=st.just(1),
        rtt_ms=st.sampled_from([None, 2.928]),
        answer=st.sampled_from([None, "A 192.0.2.9"]),
    ),
    max_size=30,
)
FILTERS = st.builds(
    Filter,
    start=st.none() | st.integers(0, 50).map(float),
    end=st.none() | st.integers(0, 50).map(float),
    client=st.none() | st.sampled_from([*CLIENTS, "192.0.2.99"]),
    protocol=st.none() | st.integers(0, 2),
    rcode=st.none() | st.sampled_from([0, 3, 200]),
    qname=st.none() | st.sampled_from([*NAMES[:3], "*", "*.home.test", "*a*", "a_b*", "none"]),
    qtype=st.none() | st.sampled_from([1, 65535]),
)


def filled(rows: list[Row]) -> QueryLog:
    log = QueryLog()
    for row in rows:
        log.add(row)
    return log


@given(rows=ROWS.map(lambda rows: sorted(rows, key=lambda row: row.at)), wanted=FILTERS)
def test_a_search_finds_what_is_like_the_filter(rows: list[Row], wanted: Filter) -> None:
    log = filled(rows)

    found = [log.row(number) for number in log.find(wanted)]

    assert found == [row for row in rows if _is_wanted(row, wanted)]


def _is_wanted(row: Row, wanted: Filter) -> bool:
    alike = all(
        getattr(wanted, name) in (None, getattr(row, name))
        for name in ("client", "protocol", "rcode", "qtype")
    )
    begun = wanted.start is None or row.at >= wanted.start
    over = wanted.end is not None and row.at > wanted.end
    return alike and begun and not over and _is_named(row.qname, wanted.qname)


def _is_named(qname: str, pattern: str | None) -> bool:
    if pattern is None or "*" not in pattern:
        return pattern in (None, qname)
    return _like(pattern.replace("*", "%"), qname)


def _like(pattern: str, text: str) -> bool:
    """LIKE as it is defined, without any haste."""
    if not pattern:
        return not text
    if pattern[0] == "%":
        return any(_like(pattern[1:], text[start:]) for start in range(len(text) + 1))
    return bool(text) and pattern[0] in ("_", text[0]) and _like(pattern[1:], text[1:])


@given(pattern=st.text("ab_%", max_size=6), text=st.text("ab", max_size=7))
def test_patterns_are_those_of_sql(pattern: str, text: str) -> None:
    assert bool(like(pattern)(text)) == _like(pattern, text)


def test_the_same_many_times_is_as_many_rows() -> None:
    log = filled([_row(0)])
    log.add(_row(1), times=3)
    log.add(_row(2), times=0)

    assert [log.row(number).at for number in log.find(Filter())] == [0, 1, 1, 1]


def test_old_rows_and_too_many_are_dropped() -> None:
    log = filled([_row(at) for at in range(10)])

    log.purge(oldest=2.0, most=5)

    assert [log.row(number).at for number in log.find(Filter())] == [5, 6, 7, 8, 9]


@pytest.fixture(scope="module")
def large() -> QueryLog:
    log = QueryLog()
    log.extend(_row(number) for number in range(100_000))
    return log


@pytest.mark.parametrize(
    "wanted",
    [
        Filter(),
        Filter(qname="*9*7*"),
        Filter(qname="*a*a*a*a*a*a*a*a*b"),
        Filter(client="192.0.2.7", rcode=0, qtype=1, protocol=0, qname="*.example"),
        Filter(start=40_000.0, end=60_000.0, rcode=3),
    ],
)
def test_a_hundred_thousand_rows_are_searched_soon(wanted: Filter, large: QueryLog) -> None:
    assert _fastest_s(lambda: large.find(wanted)) < 0.05


def test_a_hundred_thousand_rows_are_small() -> None:
    tracemalloc.start()
    log = QueryLog()
    log.extend(_row(number) for number in range(100_000))
    held, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert len(log) == 100_000
    assert held < 20_000_000
    assert peak < 100_000_000


def _fastest_s(work: Callable[[], object]) -> float:
    """The best of some tries: the others had to wait for other programs."""
    taken = []
    for _ in range(5):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return min(taken)


def _row(number: int) -> Row:
    return Row(
        at=float(number),
        client=f"192.0.2.{number % 40}",
        protocol=number % 2,
        response_type=1 + number % 4,
        rcode=3 * (number % 5 == 0),
        qname=f"host{number % 2_000}.example",
        qtype=1 if number % 3 else 28,
        answer=f"A 198.51.100.{number % 200}",
    )
