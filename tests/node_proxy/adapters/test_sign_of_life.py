"""A node that takes its time is waited for, one that has stopped answering is not."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from companion.technitium.errors import (
    NodeError,
    NodeRejected,
    NodeTimeout,
    NodeUnreachable,
)
from node_proxy.adapters.sign_of_life import while_alive

Ask = Callable[[], Awaitable[object]]
TIMEOUT = NodeTimeout("ns1", "The node did not answer within 5 s.")
UNREACHABLE = NodeUnreachable("ns1", "The node refuses connections.")
REJECTED = NodeRejected("ns1", "No.")


def _says(*answers: NodeError | None) -> tuple[Ask, asyncio.Semaphore]:
    """Answers one after the other, the last for ever; the semaphore counts the questions."""
    left, asked = [*answers], asyncio.Semaphore(0)

    async def ask() -> object:
        answer = left.pop(0) if len(left) > 1 else left[0]
        asked.release()
        if answer is not None:
            raise answer
        return None

    return ask, asked


@pytest.mark.parametrize("error", [TIMEOUT, UNREACHABLE])
async def test_waiting_ends_with_the_first_question_that_is_not_answered(error: NodeError) -> None:
    ask, asked = _says(None, None, error)

    with pytest.raises(type(error)) as raised:
        async with asyncio.timeout(10), while_alive(ask, every_s=0.0, first_s=0.0):
            await asyncio.Event().wait()

    assert raised.value is error
    assert [await asked.acquire() for _ in range(3)] == [True] * 3


async def test_an_answer_that_is_an_error_is_a_sign_of_life() -> None:
    ask, asked = _says(REJECTED)

    async with while_alive(ask, every_s=0.0, first_s=0.0):
        for _ in range(3):
            await asked.acquire()


async def test_nothing_is_asked_of_a_node_that_answers_soon() -> None:
    ask, asked = _says(TIMEOUT)

    async with while_alive(ask, every_s=0.0, first_s=60.0):
        pass

    assert asked.locked()


async def test_an_error_of_what_is_waited_for_stays_what_it_is() -> None:
    ask, _ = _says(None)

    with pytest.raises(TimeoutError):
        async with while_alive(ask, every_s=0.0, first_s=0.0):
            raise TimeoutError
