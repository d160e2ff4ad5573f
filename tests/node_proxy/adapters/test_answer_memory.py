"""Answers are given again for seconds, to the same person only, and never after a write."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from typing import Any

import pytest
from companion.clock import FixedClock
from companion.technitium.errors import NodeUnreachable
from node_proxy.adapters.answer_memory import AnswerMemory, Question

QUESTION = Question(owner="alice", generation=1, node_id="ns1", path="zones/list")


class Node:
    """Counts how often it is asked; answers when it is let."""

    def __init__(self) -> None:
        self.asked = 0
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def ask(self) -> dict[str, Any]:
        self.asked += 1
        number = self.asked
        await self.may_answer.wait()
        return {"answer": number}


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(1_000.0)


@pytest.fixture
async def memory(clock: FixedClock) -> AsyncGenerator[AnswerMemory]:
    async with aclosing(AnswerMemory(monotonic=clock.monotonic, most_entries=8)) as made:
        yield made


async def test_answer_is_given_again_while_it_is_young(
    memory: AnswerMemory, clock: FixedClock
) -> None:
    node = Node()

    first = await memory.get(QUESTION, node.ask, max_age_s=5)
    clock.advance(4.9)
    again = await memory.get(QUESTION, node.ask, max_age_s=5)
    clock.advance(0.2)
    later = await memory.get(QUESTION, node.ask, max_age_s=5)

    assert (first, again, later) == ({"answer": 1}, {"answer": 1}, {"answer": 2})


@pytest.mark.parametrize(
    "other",
    [
        replace(QUESTION, owner="bob"),
        replace(QUESTION, generation=2),
        replace(QUESTION, node_id="ns2"),
        replace(QUESTION, path="apps/list"),
        replace(QUESTION, params=(("zone", "home.test"),)),
    ],
    ids=["person", "write since", "node", "call", "parameter"],
)
async def test_answer_is_given_to_no_other_question(memory: AnswerMemory, other: Question) -> None:
    node = Node()

    await memory.get(QUESTION, node.ask, max_age_s=5)
    await memory.get(other, node.ask, max_age_s=5)

    assert node.asked == 2


async def test_questions_that_come_together_are_one_call(memory: AnswerMemory) -> None:
    node = Node()
    node.may_answer.clear()

    waiting = [asyncio.create_task(memory.get(QUESTION, node.ask, max_age_s=0)) for _ in range(9)]
    await asyncio.sleep(0)
    node.may_answer.set()

    assert await asyncio.gather(*waiting) == [{"answer": 1}] * 9


async def test_answer_that_may_not_be_given_again_is_not(memory: AnswerMemory) -> None:
    node = Node()

    await memory.get(QUESTION, node.ask, max_age_s=0)
    await memory.get(QUESTION, node.ask, max_age_s=0)

    assert node.asked == 2


async def test_who_goes_away_takes_the_answer_from_nobody(memory: AnswerMemory) -> None:
    node = Node()
    node.may_answer.clear()
    leaving = asyncio.create_task(memory.get(QUESTION, node.ask, max_age_s=5))
    staying = asyncio.create_task(memory.get(QUESTION, node.ask, max_age_s=5))
    await asyncio.sleep(0)

    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)
    node.may_answer.set()

    assert await staying == {"answer": 1}


async def test_failure_reaches_all_who_wait_and_is_not_kept(memory: AnswerMemory) -> None:
    async def fail() -> dict[str, Any]:
        raise NodeUnreachable("ns1", "Nothing listens.")

    failed = await asyncio.gather(
        *(memory.get(QUESTION, fail, max_age_s=5) for _ in range(2)), return_exceptions=True
    )

    assert [type(one) for one in failed] == [NodeUnreachable] * 2
    assert await memory.get(QUESTION, Node().ask, max_age_s=5) == {"answer": 1}


async def test_no_more_is_kept_than_there_is_room_for(memory: AnswerMemory) -> None:
    for number in range(100):
        await memory.get(replace(QUESTION, owner=f"p{number}"), Node().ask, max_age_s=5)

    assert len(memory) <= 8


async def test_writes_leave_no_older_answers_behind(memory: AnswerMemory) -> None:
    """Else whoever writes again and again would have as many copies kept of a large answer."""
    node = Node()

    for generation in range(1, 6):
        await memory.get(replace(QUESTION, generation=generation), node.ask, max_age_s=5)

    assert (node.asked, len(memory)) == (5, 1)


async def test_what_came_after_a_write_serves_who_began_to_ask_before_it(
    memory: AnswerMemory,
) -> None:
    node = Node()

    await memory.get(replace(QUESTION, generation=2), node.ask, max_age_s=5)
    answer = await memory.get(QUESTION, node.ask, max_age_s=5)

    assert (node.asked, answer) == (1, {"answer": 1})


async def test_what_is_old_is_let_go_by_the_next_question(
    memory: AnswerMemory, clock: FixedClock
) -> None:
    for number in range(5):
        await memory.get(replace(QUESTION, owner=f"p{number}"), Node().ask, max_age_s=5)
    clock.advance(61)

    await memory.get(QUESTION, Node().ask, max_age_s=5)

    assert len(memory) == 1
