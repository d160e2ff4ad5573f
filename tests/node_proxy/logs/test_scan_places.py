"""Searches that read everything take turns, and none waits without end."""

import asyncio
import time
from collections.abc import Sequence

import pytest
from companion.problems import Problem
from node_proxy.domain.logs.filters import Filter
from node_proxy.domain.logs.gathering import Gathering
from node_proxy.domain.logs.log_apps import LogApps
from node_proxy.domain.logs.query import PageQuery, Search
from node_proxy.domain.logs.scan import SCAN_S
from node_proxy.domain.logs.scan_places import ScanPlaces
from node_proxy.domain.logs.searching import Searcher
from node_proxy.domain.logs.windows import LogReader

from tests.node_proxy.logs.memory_node import MemoryNode, MemoryNodes


def places(*, wait_s: float, now: Sequence[float] = (0.0,)) -> ScanPlaces:
    return ScanPlaces(monotonic=lambda: now[0], at_once=1, wait_s=wait_s)


async def test_who_waited_for_a_place_is_told_for_how_long() -> None:
    now = [100.0]
    one = places(wait_s=5, now=now)
    waited: list[float] = []

    async def next_one() -> None:
        async with one.place() as waited_s:
            waited.append(waited_s)

    async with one.place() as at_once_s:
        assert one.all_taken
        following = asyncio.create_task(next_one())
        await asyncio.sleep(0)
        now[0] += 3
    await following

    assert (at_once_s, waited) == (0, [3])
    assert not one.all_taken


async def test_who_finds_no_place_in_time_is_told_to_come_again_and_takes_none() -> None:
    one = places(wait_s=0.01)
    async with one.place():
        with pytest.raises(Problem) as refused:
            async with one.place():
                pass

    assert (refused.value.code, refused.value.status) == ("searches_busy", 503)
    assert refused.value.headers == {"Retry-After": "5"}
    async with one.place():
        assert one.all_taken


async def test_who_leaves_while_waiting_takes_no_place() -> None:
    one = places(wait_s=5)
    async with one.place():
        waiting = asyncio.create_task(one.place().__aenter__())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)

    assert not one.all_taken


async def test_waiting_is_part_of_the_time_that_a_search_may_take() -> None:
    node, waited = MemoryNode(), iter((100.0, 100.0 + SCAN_S))
    node.write(1, "a.example")
    node.answers = 0
    search = Search(filter=Filter(), node_ids=("ns1",), descending=True, app=None)
    query = PageQuery(
        search=search, page_number=1, entries_per_page=10, dedupe="domain", cursor=None
    )
    reader = LogReader(
        nodes=MemoryNodes(ns1=node), apps=LogApps(), app=None, filter=Filter(), descending=True
    )
    gathering = Gathering(reader, ("ns1",), monotonic=time.monotonic)
    searcher = Searcher(places=ScanPlaces(monotonic=lambda: next(waited)), monotonic=time.monotonic)

    async with asyncio.timeout(SCAN_S / 2):
        result = await searcher.find(query, gathering, lambda _: None)

    assert (result.rows, result.is_lower_bound) == ([], True)
