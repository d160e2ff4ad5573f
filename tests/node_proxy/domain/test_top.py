"""Lists of several nodes become one that says where it cannot be sure."""

from node_proxy.domain.dashboard.node_answer import Chart, Dataset, TopEntry
from node_proxy.domain.dashboard.top import Share, common_shares, common_top, shares_of


def entries(*hits: tuple[str, int]) -> list[TopEntry]:
    return [TopEntry(name=name, hits=count) for name, count in hits]


def test_hits_of_one_name_are_added_and_the_largest_is_first() -> None:
    rows = common_top([entries(("a", 5), ("b", 4)), entries(("b", 3))])

    assert [(row.name, row.hits, row.at_least) for row in rows] == [
        ("b", 7, False),
        ("a", 5, False),
    ]


def test_name_that_a_full_list_does_not_hold_is_a_lower_bound() -> None:
    full = entries(*((f"host{number}", 100 - number) for number in range(10)))

    rows = {row.name: row for row in common_top([full, entries(("host1", 1), ("rare", 99))])}

    assert rows["rare"].at_least
    assert not rows["host1"].at_least
    assert rows["host1"].hits == 100


def test_ten_are_listed() -> None:
    lists = [entries(*((f"{node}-{number}", number) for number in range(10))) for node in "ab"]

    assert len(common_top(lists)) == 10


def test_name_of_a_client_comes_from_the_node_that_knows_it() -> None:
    named = [TopEntry(name="192.0.2.1", hits=1, domain="desk.home.test")]

    (row,) = common_top([entries(("192.0.2.1", 2)), named])

    assert (row.domain, row.hits) == ("desk.home.test", 3)


def test_shares_are_added_by_name() -> None:
    udp = [Share(name="Udp", count=3)]

    assert common_shares([udp, [*udp, Share(name="Tcp", count=9)]]) == [
        Share(name="Tcp", count=9),
        Share(name="Udp", count=6),
    ]


def test_pie_whose_parts_do_not_fit_has_no_shares() -> None:
    assert shares_of(Chart(labels=["A"], datasets=[Dataset(data=[1, 2])])) == []
