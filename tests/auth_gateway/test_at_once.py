"""Several sign-ins of one person at one moment: right ones all get in, wrong ones stay few.

Both replicas take part; each would hold the third of them back for what the first two may be.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack

import pytest
from auth_gateway.domain.regulation import PER_NAME, PER_NETWORK
from httpx import Response
from technitium_sandbox.sandbox import Sandbox

from tests.auth_gateway.conftest import MakeGateway
from tests.auth_gateway.support import (
    IMPATIENT,
    LOGIN_PATH,
    Gateway,
    knowing_clients,
    node_codes,
    problem,
)

HOME = "198.51.100.7"
AT_ONCE = 8


@pytest.fixture
async def replicas(make_gateway: MakeGateway) -> AsyncGenerator[Sequence[Gateway]]:
    async with AsyncExitStack() as stack:
        both = [await stack.enter_async_context(make_gateway()) for _ in range(2)]
        await knowing_clients(both[0])
        yield both


async def at_once(
    replicas: Sequence[Gateway], *passwords: str, name: str = "viewer", ip: str = HOME
) -> list[Response]:
    browsers = [replicas[number % len(replicas)].browser(ip) for number in range(len(passwords))]
    return await asyncio.gather(
        *(
            browser.login(name, password)
            for browser, password in zip(browsers, passwords, strict=True)
        )
    )


def statuses(answers: Sequence[Response]) -> list[int]:
    return sorted(answer.status_code for answer in answers)


async def test_right_sign_ins_of_one_person_all_get_in(replicas: Sequence[Gateway]) -> None:
    answers = await at_once(replicas, *["viewer"] * AT_ONCE)

    assert statuses(answers) == [201] * AT_ONCE
    for answer in answers:
        assert set(node_codes(answer.json()).values()) == {None}


async def test_right_sign_ins_get_in_where_all_clients_have_one_budget(
    make_gateway: MakeGateway,
) -> None:
    """No node is known to tell clients apart yet."""
    async with make_gateway() as one, make_gateway() as other:
        answers = await asyncio.gather(
            *(
                (one, other)[number % 2].browser(f"198.51.100.{number}").login("viewer")
                for number in range(AT_ONCE)
            )
        )

    assert statuses(answers) == [201] * AT_ONCE


async def test_wrong_ones_reach_each_node_as_often_as_the_budget_allows(
    replicas: Sequence[Gateway], lab: Sandbox
) -> None:
    lab.requests.clear()

    answers = await at_once(replicas, *["wrong"] * AT_ONCE)

    assert statuses(answers) == [401] * PER_NAME.free + [429] * (AT_ONCE - PER_NAME.free)
    for name in lab.nodes:
        assert len(lab.requests.of(name, LOGIN_PATH)) == PER_NAME.free
    # Judged by then, so the answer says when the next may be sent, not when it may be at worst.
    waits = [int(one.headers["retry-after"]) for one in answers if one.status_code == 429]
    assert all(890 <= wait <= 900 for wait in waits)


async def test_wrong_ones_with_many_names_stay_in_the_budget_of_their_network(
    replicas: Sequence[Gateway], lab: Sandbox
) -> None:
    lab.requests.clear()

    answers = await asyncio.gather(
        *(
            replicas[number % 2].browser(HOME).login(f"name {number}", "wrong")
            for number in range(AT_ONCE)
        )
    )

    free = PER_NETWORK.free
    assert statuses(answers) == [401] * free + [429] * (AT_ONCE - free)
    for name in lab.nodes:
        assert len(lab.requests.of(name, LOGIN_PATH)) == free
        assert not lab.nodes[name].node.lockout.is_blocked(HOME, lab.clock.now())


async def test_right_and_wrong_ones_together_never_close_the_lock_of_a_node(
    replicas: Sequence[Gateway], lab: Sandbox
) -> None:
    """A right one clears the count, so wrong ones after it are tries again."""
    answers = await at_once(replicas, *["viewer", "wrong"] * (AT_ONCE // 2))

    assert set(statuses(answers)) <= {201, 401, 429}
    assert statuses(answers).count(201) >= 1
    for name in lab.nodes:
        assert not lab.nodes[name].node.lockout.is_blocked(HOME, lab.clock.now())


async def test_known_and_unknown_names_are_answered_alike_at_once(
    replicas: Sequence[Gateway],
) -> None:
    known = await at_once(replicas, *["wrong"] * AT_ONCE, ip="198.51.100.8")
    unknown = await at_once(replicas, *["wrong"] * AT_ONCE, name="nobody", ip="198.51.100.9")

    def told(answers: Sequence[Response]) -> list[tuple[int, str, object]]:
        said = [problem(answer) for answer in answers]
        return sorted((one["status"], one["detail"], str(one["nodes"])) for one in said)

    assert told(known) == told(unknown)


async def test_a_node_that_hangs_holds_nobody_up_for_longer_than_a_sign_in_takes(
    make_gateway: MakeGateway, lab: Sandbox
) -> None:
    async with make_gateway(timing=IMPATIENT) as gateway:
        await knowing_clients(gateway)
        lab.faults.add("ns2", "hang", path=LOGIN_PATH)
        answers = await at_once([gateway], *["viewer"] * 4)

    assert statuses(answers) == [201] * 4
    codes = [node_codes(answer.json())["ns2"] for answer in answers]
    assert sorted(map(str, codes)) == ["node_timeout"] * 2 + ["throttled"] * 2
