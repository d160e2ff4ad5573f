"""Pages of any nodes: of the same length or not, side by side in time or one after the other."""

import asyncio
import time

import pytest
from companion.technitium.errors import NodeTimeout
from hypothesis import given, settings
from hypothesis import strategies as st
from node_proxy.domain.logs.cursor import Cursor
from node_proxy.domain.logs.filters import Filter
from node_proxy.domain.logs.followed import followed_page
from node_proxy.domain.logs.gathering import Gathering
from node_proxy.domain.logs.log_apps import LogApps
from node_proxy.domain.logs.numbered import numbered_page
from node_proxy.domain.logs.windows import LogReader, Source

from tests.node_proxy.logs.memory_node import MemoryNode, MemoryNodes

# Distances between rows: none, tiny, or a pause of a day.
DISTANCES = st.sampled_from([0, 0, 0, 1, 1, 7, 100_000, 864_000_000_000])
LOGS = st.lists(
    st.tuples(
        st.integers(0, 10**13), st.lists(DISTANCES, max_size=60), st.sampled_from([1, 1, 1, 9, 40])
    ),
    min_size=1,
    max_size=4,
)


def nodes_of(logs: list[tuple[int, list[int], int]]) -> MemoryNodes:
    """One node for each log: where it begins, its distances, how often they are repeated."""
    nodes = {}
    for number, (begin, distances, times) in enumerate(logs):
        node, moment = MemoryNode(), begin
        for place, distance in enumerate(distances * times):
            moment += distance
            node.write(moment, f"{number}.{place}")
        nodes[f"ns{number}"] = node
    return MemoryNodes(**nodes)


def gathering(nodes: MemoryNodes, *, descending: bool) -> Gathering:
    reader = LogReader(
        nodes=nodes, apps=LogApps(), app=None, filter=Filter(), descending=descending
    )
    return Gathering(reader, tuple(nodes.nodes), monotonic=time.monotonic)


def in_order(nodes: MemoryNodes, *, descending: bool) -> list[str]:
    rows = []
    for node in nodes.nodes.values():
        rows += node.rows[::-1] if descending else node.rows
    return [name for _, name in sorted(rows, key=lambda row: row[0], reverse=descending)]


@settings(deadline=None)
@given(logs=LOGS, part=st.floats(0, 1.1), size=st.integers(1, 30), descending=st.booleans())
async def test_a_page_is_that_part_of_all_rows(
    logs: list[tuple[int, list[int], int]], part: float, size: int, *, descending: bool
) -> None:
    nodes = nodes_of(logs)
    rows = in_order(nodes, descending=descending)
    place = int(part * len(rows)) // size * size

    found = gathering(nodes, descending=descending)
    page = await numbered_page(found, place, size)

    assert [each.row.qname for _, each in page.rows] == rows[place : place + size]
    assert page.has_more is (place + size < len(rows))
    assert found.total == len(rows)
    assert max(node.calls for node in nodes.nodes.values()) <= 16


@settings(deadline=None)
@given(
    logs=LOGS,
    part=st.floats(0, 1),
    size=st.integers(1, 30),
    descending=st.booleans(),
    late=st.integers(0, 5),
)
async def test_pages_by_cursor_go_on_behind_any_page_whatever_comes(
    logs: list[tuple[int, list[int], int]], part: float, size: int, late: int, *, descending: bool
) -> None:
    nodes = nodes_of(logs)
    rows = in_order(nodes, descending=descending)
    place = int(part * len(rows)) // size * size
    page = await numbered_page(gathering(nodes, descending=descending), place, size)
    shown = [each.row.qname for _, each in page.rows]
    end = max((node.rows[-1][0] for node in nodes.nodes.values() if node.rows), default=0)

    while page.has_more and page.following and len(shown) < 200:
        cursor = Cursor(page=1, position=page.following, totals={})
        if descending:
            for node in nodes.nodes.values():
                for _ in range(late):
                    end += 1
                    node.write(end, "late")
        page = await followed_page(gathering(nodes, descending=descending), cursor, size)
        shown += [each.row.qname for _, each in page.rows]

    assert shown == rows[place : place + len(shown)]


@pytest.mark.parametrize("number", [1, 2, 333, 1000, 5999])
@pytest.mark.parametrize("descending", [True, False])
async def test_a_hundred_thousand_rows_of_each_are_no_more_work(
    number: int, *, descending: bool
) -> None:
    """One node is busy, one quiet, one has only just begun: the times of their rows differ."""
    nodes = MemoryNodes(ns1=MemoryNode(), ns2=MemoryNode(), ns3=MemoryNode())
    for place in range(100_000):
        nodes.nodes["ns1"].write(place * 10_000_000, f"1.{place}")
        nodes.nodes["ns2"].write(place * 7_000_003 - 5 * 10**11, f"2.{place}")
        nodes.nodes["ns3"].write(9 * 10**11 + place * 300_000, f"3.{place}")
    rows = in_order(nodes, descending=descending)

    page = await numbered_page(gathering(nodes, descending=descending), (number - 1) * 50, 50)

    assert [each.row.qname for _, each in page.rows] == rows[(number - 1) * 50 : number * 50]
    assert max(node.calls for node in nodes.nodes.values()) <= 6


async def test_a_node_that_stops_answering_on_the_way_is_left_out_and_named() -> None:
    nodes = MemoryNodes(ns1=MemoryNode(), ns2=MemoryNode())
    for place in range(600):
        nodes.nodes["ns1"].write(place * 1000, f"1.{place}")
        nodes.nodes["ns2"].write(place * place, f"2.{place}")
    nodes.nodes["ns2"].answers = 1
    found = gathering(nodes, descending=False)

    page = await numbered_page(found, 300, 50, patience_s=0.5)

    assert {name: type(error) for name, error in found.errors.items()} == {"ns2": NodeTimeout}
    assert [each.row.qname for _, each in page.rows] == [f"1.{place}" for place in range(300, 350)]
    assert found.total == 600


async def test_the_calls_of_a_search_are_waited_for_together() -> None:
    now = 0.0
    found = Gathering(
        gathering(MemoryNodes(ns1=MemoryNode()), descending=True).reader,
        ("ns1",),
        monotonic=lambda: now,
    )

    async def slow(_: Source) -> str:
        nonlocal now
        now += 6
        # Long enough for whoever has no patience left, and no longer.
        for _turn in range(3):
            await asyncio.sleep(0)
        return "found"

    rounds = [await found.each(slow, found.sources, patience_s=10) for _ in range(3)]

    assert [list(each.values()) for each in rounds] == [["found"], ["found"], []]
    assert type(found.errors["ns1"]) is NodeTimeout
