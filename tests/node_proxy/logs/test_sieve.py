"""A sieve counts and orders what it is given, and holds no more than it has room for."""

import pytest
from node_proxy.domain.logs.query import Dedupe
from node_proxy.domain.logs.rows import Row
from node_proxy.domain.logs.sieve import Sieve, sieve_for
from node_proxy.domain.logs.windows import Found, Source

NODES = (Source(node_id="ns1"), Source(node_id="ns2"))


def found(moment: int, qname: str = "a.example", answer: str | None = None) -> Found:
    return Found(
        moment,
        Row(
            row_number=1,
            timestamp="2026-07-26T14:03:05Z",
            client_ip_address="192.0.2.1",
            protocol="Udp",
            response_type="Cached",
            rcode="NoError",
            qname=qname,
            qtype="A",
            qclass="IN",
            answer=answer,
        ),
    )


def sieve(
    dedupe: Dedupe = "none",
    *,
    descending: bool = True,
    wanted: int = 50,
    most: int = 50_000,
    most_text: int = 1_000_000,
) -> Sieve:
    return sieve_for(
        dedupe,
        lambda _row: True,
        descending=descending,
        wanted=wanted,
        most=most,
        most_text=most_text,
    )


@pytest.mark.parametrize("descending", [True, False])
def test_the_first_rows_of_many_are_right_however_they_come(*, descending: bool) -> None:
    given = [(number * 7_919 % 10_007, number % 2) for number in range(40_000)]
    tried = sieve(descending=descending)

    for moment, source in given:
        tried.add(NODES[source], source, (found(moment),))

    sign = -1 if descending else 1
    expected = sorted((sign * moment, source) for moment, source in given)[:50]
    rows = tried.rows()[:50]
    assert [(sign * row.moment, NODES.index(source)) for source, row in rows] == expected
    assert len(tried) == len(given)
    assert not tried.is_full


def test_rows_beyond_those_that_can_be_shown_are_counted_all_the_same() -> None:
    tried = sieve(wanted=10_000, most=3_000)

    for moment in range(9_000):
        tried.add(NODES[0], 0, (found(moment),))

    assert len(tried) == 9_000
    assert tried.reach == 3_000
    assert tried.rows()[2_999][1].moment == 6_000
    assert not tried.is_full


def test_a_node_that_failed_is_neither_shown_nor_counted() -> None:
    tried = sieve()
    tried.add(NODES[0], 0, (found(1), found(2)))
    tried.add(NODES[1], 1, (found(3),))

    tried.drop("ns1")

    assert len(tried) == 1
    assert [source.node_id for source, _ in tried.rows()] == ["ns2"]


@pytest.mark.parametrize("dedupe", ["none", "domain", "domain_and_client"])
def test_long_texts_fill_it_and_it_says_so(dedupe: Dedupe) -> None:
    tried = sieve(dedupe)

    for number in range(100):
        tried.add(NODES[0], 0, (found(number, f"{number}.example", "x" * 50_000),))

    assert tried.is_full
    assert len(tried.rows()) < 20


def test_a_better_row_of_a_known_domain_takes_the_room_of_the_former() -> None:
    tried = sieve("domain", most_text=60_000)

    for moment in range(100):
        tried.add(NODES[0], 0, (found(moment, answer="x" * 50_000),))

    assert not tried.is_full
    assert [row.moment for _, row in tried.rows()] == [99]
