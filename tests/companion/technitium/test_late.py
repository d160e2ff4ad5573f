"""Logins that answer after the caller has stopped waiting: no token is left behind."""

import asyncio
from collections.abc import AsyncGenerator

import pytest
from companion.nodes import NodeConfig
from companion.secret import Secret
from companion.technitium.late import LateLogins, OnLate
from companion.technitium.login import LoginAnswer, LoginResult
from companion.technitium.pool import NodePool

from tests.companion.technitium.raw_node import RawNode, silence
from tests.support.sandbox import Sandbox, sandbox


class Taken:
    """Collects what is handed over, and can be waited for."""

    def __init__(self) -> None:
        self.answers: list[LoginAnswer] = []
        self._came = asyncio.Event()

    async def __call__(self, answer: LoginAnswer) -> None:
        self.answers.append(answer)
        self._came.set()

    async def wait(self) -> None:
        async with asyncio.timeout(5):
            await self._came.wait()


@pytest.fixture
async def lab() -> AsyncGenerator[Sandbox]:
    async with sandbox() as nodes:
        yield nodes


def config(lab: Sandbox) -> NodeConfig:
    return NodeConfig(id="ns1", name="ns1", base_url=lab.nodes["ns1"].url)


async def sign_in(
    pool: NodePool, on_late: OnLate | None, *, given: str = "admin", deadline_s: float = 0.1
) -> LoginAnswer:
    return await pool["ns1"].login(
        "admin",
        Secret(given),
        None,
        real_ip=None,
        agent="",
        deadline_s=deadline_s,
        on_late=on_late,
    )


async def test_token_that_comes_late_is_handed_over(lab: Sandbox) -> None:
    lab.faults.add("ns1", "slow", seconds=0.4)
    taken = Taken()

    async with NodePool([config(lab)]) as pool:
        answer = await sign_in(pool, taken)
        assert answer.result is LoginResult.TIMEOUT
        assert answer.token is None
        await taken.wait()

    (late,) = taken.answers
    assert late.token is not None
    assert lab.nodes["ns1"].live_tokens() == [late.token.reveal()]


async def test_token_of_a_caller_who_went_away_is_handed_over(lab: Sandbox) -> None:
    lab.faults.add("ns1", "slow", seconds=0.4)
    taken = Taken()

    async with NodePool([config(lab)]) as pool:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await sign_in(pool, taken, deadline_s=5)
        await taken.wait()

    assert taken.answers[0].token is not None


async def test_late_refusal_is_handed_over_as_well(lab: Sandbox) -> None:
    """Whoever counts failures wants to know that this was one."""
    lab.faults.add("ns1", "slow", seconds=0.2, times=1)
    taken = Taken()

    async with NodePool([config(lab)]) as pool:
        await sign_in(pool, taken, given="no")
        await taken.wait()

    assert [answer.result for answer in taken.answers] == [LoginResult.CREDENTIALS_REFUSED]


async def test_login_is_not_awaited_for_ever() -> None:
    taken = Taken()

    async with RawNode(silence) as node, NodePool([node.config()], late_s=0.1) as pool:
        await sign_in(pool, taken)
        await until_nothing_is_late(pool)

    assert taken.answers == []


async def test_end_of_the_pool_waits_for_no_node() -> None:
    taken = Taken()

    async with RawNode(silence) as node, asyncio.timeout(5), NodePool([node.config()]) as pool:
        await sign_in(pool, taken)

    assert taken.answers == []


async def test_end_of_the_pool_waits_for_a_token_being_handed_over(lab: Sandbox) -> None:
    lab.faults.add("ns1", "slow", seconds=0.2)
    began, finished = asyncio.Event(), asyncio.Event()

    async def slowly(_answer: LoginAnswer) -> None:
        began.set()
        await asyncio.sleep(0.2)
        finished.set()

    async with NodePool([config(lab)]) as pool:
        await sign_in(pool, slowly)
        async with asyncio.timeout(5):
            await began.wait()

    assert finished.is_set()


async def test_end_waits_for_no_store_that_hangs() -> None:
    late = LateLogins(hand_over_s=0.05)
    attempt = asyncio.create_task(accepted())
    began = asyncio.Event()

    async def hang(_answer: LoginAnswer) -> None:
        began.set()
        await asyncio.Event().wait()

    late.adopt(attempt, hang)
    async with asyncio.timeout(5):
        await began.wait()
        await late.aclose()

    assert len(late) == 0


async def accepted() -> LoginAnswer:
    return LoginAnswer(result=LoginResult.ACCEPTED, token=Secret("a1" * 32))


async def test_handing_over_that_fails_is_logged(
    lab: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    lab.faults.add("ns1", "slow", seconds=0.2)

    async def fail(_answer: LoginAnswer) -> None:
        raise RuntimeError("the store is away")

    async with NodePool([config(lab)]) as pool:
        await sign_in(pool, fail)
        await until_nothing_is_late(pool)

    assert "a late login was not dealt with" in caplog.text


async def test_login_nobody_could_end_is_cancelled() -> None:
    async with RawNode(silence) as node, NodePool([node.config()]) as pool:
        answer = await sign_in(pool, None)
        await until_nothing_is_late(pool)

    assert answer.result is LoginResult.TIMEOUT


async def until_nothing_is_late(pool: NodePool) -> None:
    async with asyncio.timeout(5):
        while pool.late_logins:  # noqa: ASYNC110 - a count is all there is to look at
            await asyncio.sleep(0.01)
