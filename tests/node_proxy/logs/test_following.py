"""A follower gives each row of a node once: late ones, equal ones, after drops and pauses too."""

import pytest
from companion.technitium.errors import NodeUnreachable
from hypothesis import given
from hypothesis import strategies as st
from node_proxy.domain.logs.filters import Filter
from node_proxy.domain.logs.follower import BATCH, LATE, MOST_BEHIND, Follower
from node_proxy.domain.logs.log_apps import LogApps
from node_proxy.domain.logs.moment import SECOND
from node_proxy.domain.logs.windows import LogReader, Source

from tests.node_proxy.logs.memory_node import MemoryNode

SOURCE = Source(node_id="ns1")


def reader(node: MemoryNode) -> LogReader:
    return LogReader(nodes=node, apps=LogApps(), app=None, filter=Filter(), descending=False)


async def drained(follower: Follower) -> tuple[list[str | None], list[int | None]]:
    """Names of all new rows, and what was left out."""
    names: list[str | None] = []
    gaps: list[int | None] = []
    while True:
        look = await follower.look()
        names += [found.row.qname for found in look.rows]
        if look.left_out != 0:
            gaps.append(look.left_out)
        if look.is_last:
            return names, gaps


STEPS = st.lists(
    st.one_of(
        # Rows with these distances of their moments to the one before, in tenths of a second.
        st.lists(st.integers(-20, 900), min_size=1, max_size=8),
        st.just("look"),
    ),
    max_size=30,
)


@given(steps=STEPS)
async def test_every_row_comes_once_however_late_it_was_written(
    steps: list[list[int] | str],
) -> None:
    node = MemoryNode()
    node.write(0, "before")
    follower = Follower(reader(node), SOURCE)
    await follower.begin(0)
    seen: list[str | None] = []
    moment, count = 0, 0

    for step in [*steps, "look"]:
        if isinstance(step, str):
            seen += (await drained(follower))[0]
            continue
        for distance in step:
            moment = max(moment + distance * SECOND // 10, 0)
            node.write(moment, f"row {count}")
            count += 1

    assert seen == [f"row {number}" for number in range(count)]


async def test_rows_of_one_moment_are_told_apart() -> None:
    node = MemoryNode()
    follower = Follower(reader(node), SOURCE)
    await follower.begin(0)
    seen: list[str | None] = []

    for number in range(3):
        for each in range(BATCH // 2 + 1):
            node.write(0, f"{number}.{each}")
        seen += (await drained(follower))[0]

    assert len(seen) == len(set(seen)) == 3 * (BATCH // 2 + 1)


async def test_it_begins_with_the_backlog_that_is_wanted() -> None:
    node = MemoryNode()
    for number in range(100):
        node.write(number * 10 * SECOND, f"row {number}")
    follower = Follower(reader(node), SOURCE)
    await follower.begin(30)

    assert (await drained(follower))[0] == [f"row {number}" for number in range(70, 100)]


async def test_the_moment_it_counts_from_moves_on() -> None:
    node = MemoryNode()
    follower = Follower(reader(node), SOURCE)
    await follower.begin(0)
    for number in range(600):
        node.write(number * SECOND, f"row {number}")
        await drained(follower)

    point = follower.point
    assert point is not None
    assert point.start is not None
    assert point.start >= 599 * SECOND - 2 * LATE
    assert point.count <= 130


async def test_who_lags_too_far_is_told_how_many_rows_are_left_out() -> None:
    node = MemoryNode()
    node.write(0, "before")
    follower = Follower(reader(node), SOURCE)
    await follower.begin(0)
    for number in range(MOST_BEHIND + 1):
        node.write(number * SECOND // 100, f"row {number}")

    names, gaps = await drained(follower)

    assert gaps == [MOST_BEHIND + 1 - BATCH]
    assert names == [f"row {number}" for number in range(MOST_BEHIND + 1 - BATCH, MOST_BEHIND + 1)]
    node.write(MOST_BEHIND * SECOND, "after")
    assert await drained(follower) == (["after"], [])


async def test_it_goes_on_where_another_stream_broke() -> None:
    node = MemoryNode()
    node.write(0, "before")
    first = Follower(reader(node), SOURCE)
    await first.begin(0)
    for number in range(10):
        node.write(number * 30 * SECOND, f"row {number}")
    await drained(first)
    point = first.point
    for number in range(10, 20):
        node.write(number * 30 * SECOND, f"row {number}")

    assert (await drained(Follower(reader(node), SOURCE, point)))[0] == [
        f"row {number}" for number in range(10, 20)
    ]


@pytest.mark.parametrize("left", [0, 3, 8])
async def test_rows_that_the_node_dropped_are_a_gap_and_nothing_is_repeated(left: int) -> None:
    node = MemoryNode()
    node.write(0, "before")
    follower = Follower(reader(node), SOURCE)
    await follower.begin(0)
    for number in range(10):
        node.write(number * SECOND, f"row {number}")
    await drained(follower)

    node.keep_newest(left)
    node.write(11 * SECOND, "new")

    assert await drained(follower) == (["new"], [None])
    node.write(12 * SECOND, "newer")
    assert await drained(follower) == (["newer"], [])


async def test_a_node_that_was_away_lacks_nothing_afterwards() -> None:
    node = MemoryNode()
    node.write(0, "before")
    follower = Follower(reader(node), SOURCE)
    await follower.begin(0)
    node.write(SECOND, "row")
    node.is_away = True
    with pytest.raises(NodeUnreachable):
        await follower.look()
    node.is_away = False

    assert await drained(follower) == (["row"], [])
