"""The order in which a password check asks: budgets first, then codes, then nodes."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from auth_gateway.domain.caller import Caller
from auth_gateway.domain.credentials import Credentials
from auth_gateway.domain.password_check import PasswordCheck
from auth_gateway.domain.ports import OnLate, Try
from auth_gateway.domain.regulation import Judgement
from auth_gateway.domain.replies import Replies, ReplyCode
from companion.secret import Secret
from companion.sessions.record import DoomedToken
from companion.technitium.login import LoginAnswer, LoginResult

CALLER = Caller(ip="192.0.2.7", agent="")
ALICE = Credentials(username="Alice", password=Secret("p"), totp=Secret("123456"))


class World:
    """Budgets, codes and nodes that tell in which order they were asked."""

    def __init__(self, *, waits: Mapping[str, float], code_is_free: bool = True) -> None:
        self.told: list[str] = []
        self._waits = waits
        self._code_is_free = code_is_free

    async def admit(self, one: Try, node_ids: Sequence[str]) -> Mapping[str, float]:
        self.told.append(f"admit {one.name}")
        return {node_id: self._waits[node_id] for node_id in node_ids}

    async def judge(self, _one: Try, judgements: Mapping[str, Judgement]) -> None:
        self.told += [f"{node_id} {one}" for node_id, one in judgements.items()]

    async def learn_real_ip(self, node_id: str, *, honoured: bool) -> None:
        raise NotImplementedError

    async def reserve(self, _name: str, _code: Secret, _sign_in_id: str) -> bool:
        self.told.append("reserve")
        return self._code_is_free

    async def release(self, _name: str, _code: Secret, _sign_in_id: str) -> None:
        self.told.append("release")

    async def login(
        self,
        node_id: str,
        _credentials: Credentials,
        _caller: Caller,
        *,
        sign_in_id: str,
        on_late: OnLate,  # noqa: ARG002 - a part of the port
    ) -> LoginAnswer:
        assert sign_in_id
        self.told.append(f"login {node_id}")
        return LoginAnswer(result=LoginResult.CREDENTIALS_REFUSED)

    async def logout(self, doomed: DoomedToken) -> None:
        raise NotImplementedError

    async def profile(self, doomed: DoomedToken, caller: Caller) -> Mapping[str, Any]:
        raise NotImplementedError


async def asked(world: World) -> Replies:
    async def late(_node_id: str, _answer: LoginAnswer) -> None:
        pytest.fail("nothing is late here")

    def given(_token: DoomedToken) -> None:
        pytest.fail("no node accepts here")

    check = PasswordCheck(nodes=world, regulation=world, codes=world, new_id=lambda: "1")
    return await check.ask(["ns1", "ns2"], ALICE, CALLER, on_token=given, on_late=late)


async def test_a_code_is_not_touched_while_no_node_is_open() -> None:
    world = World(waits={"ns1": 5, "ns2": 7})

    replies = await asked(world)

    assert world.told == ["admit alice"]
    assert {reply.code for reply in replies.values()} == {ReplyCode.THROTTLED}


async def test_a_used_code_is_a_failure_wherever_the_try_was_counted() -> None:
    world = World(waits={"ns1": 5, "ns2": 0}, code_is_free=False)

    replies = await asked(world)

    assert world.told == ["admit alice", "reserve", "ns2 counted"]
    assert [reply.code for reply in replies.values()] == ["throttled", "totp_used"]


async def test_only_open_nodes_are_asked_and_a_code_nobody_judged_is_given_back() -> None:
    world = World(waits={"ns1": 0, "ns2": 7})

    replies = await asked(world)

    assert world.told == ["admit alice", "reserve", "login ns1", "ns1 counted", "release"]
    assert [reply.code for reply in replies.values()] == ["invalid_credentials", "throttled"]
