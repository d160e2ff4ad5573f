"""The order in which a password check asks: budgets first, then codes, then nodes."""

import asyncio
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from auth_gateway.domain.caller import Caller
from auth_gateway.domain.credentials import Credentials
from auth_gateway.domain.crowd import Crowd
from auth_gateway.domain.intents import Intent, OpenIntents
from auth_gateway.domain.known_networks import KnownNetworks
from auth_gateway.domain.outlook import Outlook
from auth_gateway.domain.password_check import PasswordCheck
from auth_gateway.domain.ports import OnLate, Try
from auth_gateway.domain.regulation import Judgement
from auth_gateway.domain.replies import Replies, ReplyCode
from auth_gateway.domain.waiting_room import WaitingRoom
from companion.secret import Secret
from companion.sessions.record import DoomedToken
from companion.sessions.store import OpenSession
from companion.technitium.login import LoginAnswer, LoginResult

from tests.support.sessions import record_of, signed_in

CALLER = Caller(ip="192.0.2.7", agent="")
ACCEPTED = LoginAnswer(result=LoginResult.ACCEPTED, token=Secret("a1" * 32))
REFUSED = LoginAnswer(result=LoginResult.CREDENTIALS_REFUSED)
LOST = LoginAnswer(result=LoginResult.LOST, may_have_signed_in=True)
ALICE = Credentials(username="Alice", password=Secret("p"), totp=Secret("123456"))


def session_at(client: str, **tokens: str) -> OpenSession:
    nodes = {name: signed_in(token, username="alice") for name, token in tokens.items()}
    record = replace(record_of("alice")(0), client=client, nodes=nodes)
    return OpenSession(record=record, key="k", blob=b"", generation=1, seen=0, deadline=1, now=0)


class World:
    """Budgets, codes and nodes that tell in which order they were asked."""

    def __init__(
        self,
        *,
        waits: Mapping[str, float],
        doubtful_looks: int = 0,
        known_in_doubt: bool = False,
        code_is_free: bool = True,
        answer: LoginAnswer = REFUSED,
        hangs: str | None = None,
        sessions: Sequence[OpenSession] = (),
    ) -> None:
        self.told: list[str] = []
        self.sessions = sessions
        self._answer = answer
        self._hangs = hangs
        self.judged, self.go_on = asyncio.Event(), asyncio.Event()
        self._waits = waits
        self._doubtful_looks = doubtful_looks
        self._known_in_doubt = known_in_doubt
        self._code_is_free = code_is_free

    async def admit(
        self, one: Try, node_ids: Sequence[str], *, known: bool = False, patient: bool = False
    ) -> Mapping[str, Outlook]:
        self.told.append(f"admit {one.name}" + (" as known" if known else ""))
        self._doubtful_looks -= 1
        if patient and (self._doubtful_looks >= 0 or (known and self._known_in_doubt)):
            return {node_id: Outlook(self._waits[node_id], in_doubt=True) for node_id in node_ids}
        return {node_id: Outlook(0 if known else self._waits[node_id]) for node_id in node_ids}

    async def wait(self, _seconds: float) -> None:
        self.told.append("wait")

    async def rest(self, _seconds: float) -> None:
        """A pause that no test asks about."""

    async def of_user(self, _user: str) -> Sequence[OpenSession]:
        return self.sessions

    async def open(self, one: Try, node_ids: Sequence[str]) -> Mapping[str, Intent]:
        self.told.append(f"intents {' '.join(node_ids)}")
        return {
            node_id: Intent(
                person="p", network=one.network, sign_in_id=one.id, owner="o", node_id=node_id
            )
            for node_id in node_ids
        }

    async def close(self, intents: Sequence[Intent]) -> None:
        self.told += [f"close {intent.node_id}" for intent in intents]

    async def of(self, name: str) -> OpenIntents:
        raise NotImplementedError

    async def learn_timeout(self, name: str, node_id: str, timeout_s: int) -> None:
        raise NotImplementedError

    async def judge(self, _one: Try, judgements: Mapping[str, Judgement]) -> None:
        self.told += [f"{node_id} {one}" for node_id, one in judgements.items()]
        self.judged.set()

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
        if node_id == self._hangs:
            await self.go_on.wait()
        return self._answer

    async def logout(self, doomed: DoomedToken) -> None:
        raise NotImplementedError

    async def profile(self, doomed: DoomedToken, caller: Caller) -> Mapping[str, Any]:
        raise NotImplementedError

    async def end_session(self, asker: DoomedToken, partial_token: str, caller: Caller) -> None:
        raise NotImplementedError


async def asked(world: World, crowd: Crowd | None = None) -> Replies:
    async def late(_node_id: str, _answer: LoginAnswer) -> None:
        pytest.fail("nothing is late here")

    def given(token: DoomedToken, _intent: Intent) -> None:
        world.told.append(f"token of {token.node_id}")

    moments = itertools.count()
    check = PasswordCheck(
        nodes=world,
        regulation=world,
        codes=world,
        intents=world,
        known=KnownNetworks(world),
        crowd=crowd or Crowd(monotonic=lambda: next(moments), sleep=world.wait),
        waiting_room=WaitingRoom(patience_s=8, monotonic=lambda: next(moments), sleep=world.wait),
        new_id=lambda: "1",
    )
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

    assert world.told == [
        *("admit alice", "reserve", "intents ns1", "login ns1", "close ns1"),
        *("ns1 counted", "release"),
    ]
    assert [reply.code for reply in replies.values()] == ["invalid_credentials", "throttled"]


async def test_a_code_is_not_touched_and_nobody_looked_up_while_a_node_is_in_doubt() -> None:
    world = World(waits={"ns1": 0, "ns2": 7}, doubtful_looks=2)

    replies = await asked(world)

    assert world.told[:6] == [*("admit alice", "wait") * 2, "admit alice", "reserve"]
    assert [reply.code for reply in replies.values()] == ["invalid_credentials", "throttled"]


async def test_what_is_counted_at_one_node_is_sent_and_waits_for_no_doubt_at_another() -> None:
    sessions = [session_at(CALLER.ip, ns2="b2" * 32)]
    world = World(waits={"ns1": 0, "ns2": 5}, sessions=sessions, known_in_doubt=True)

    await asked(world)

    assert world.told[:3] == ["admit alice", "admit alice as known", "reserve"]


async def test_who_is_known_everywhere_waits_where_that_leaves_a_doubt() -> None:
    sessions = [session_at(CALLER.ip, ns1="b1" * 32, ns2="b2" * 32)]
    world = World(waits={"ns1": 5, "ns2": 5}, sessions=sessions, known_in_doubt=True)

    await asked(world)

    assert world.told[:3] == ["admit alice", "admit alice as known", "wait"]


async def test_each_answer_counts_when_it_comes_whatever_other_nodes_do() -> None:
    world = World(waits={"ns1": 0, "ns2": 0}, hangs="ns2")

    async with asyncio.TaskGroup() as group:
        asking = group.create_task(asked(world))
        await world.judged.wait()
        assert "ns1 counted" in world.told
        assert "ns2 counted" not in world.told
        world.go_on.set()

    assert world.told[-2:] == ["ns2 counted", "release"]
    assert set(asking.result()) == {"ns1", "ns2"}


async def test_what_was_sent_and_lost_counts_keeps_its_code_and_stays_an_intent() -> None:
    world = World(waits={"ns1": 0, "ns2": 7}, answer=LOST)

    replies = await asked(world)

    assert world.told == ["admit alice", "reserve", "intents ns1", "login ns1", "ns1 late"]
    assert replies["ns1"].code is ReplyCode.NODE_UNREACHABLE


@pytest.mark.parametrize(
    ("client", "is_known"), [("192.0.2.7", True), ("192.0.2.8", False), ("2001:db8::7", False)]
)
async def test_who_is_signed_in_from_there_is_asked_for_once_more_where_that_is_so(
    client: str,
    is_known: bool,  # noqa: FBT001 - a parameter of the cases
) -> None:
    world = World(waits={"ns1": 5, "ns2": 5}, sessions=[session_at(client, ns2="b2" * 32)])

    replies = await asked(world)

    assert ("admit alice as known" in world.told) is is_known
    codes = [reply.code for reply in replies.values()]
    assert codes == ["throttled", "invalid_credentials" if is_known else "throttled"]


async def come(crowd: Crowd, number: int) -> None:
    """So many strangers at one moment."""
    for one in range(number):
        async with crowd.place(f"198.51.100.{one}"):
            pass


async def test_nothing_is_counted_looked_up_or_sent_for_a_stranger_in_a_crowd() -> None:
    world = World(waits={"ns1": 0, "ns2": 0})
    crowd = Crowd(monotonic=lambda: 0.0, sleep=world.rest)
    await come(crowd, 200)

    replies = await asked(world, crowd)

    assert world.told == []
    assert {reply.code for reply in replies.values()} == {ReplyCode.BUSY}


@pytest.mark.parametrize(
    ("answer", "code"),
    [(ACCEPTED, ReplyCode.ACCEPTED), (REFUSED, ReplyCode.BUSY)],
)
async def test_whoever_a_node_accepts_is_no_stranger_afterwards(
    answer: LoginAnswer, code: ReplyCode
) -> None:
    world = World(waits={"ns1": 0, "ns2": 0}, answer=answer)
    crowd = Crowd(monotonic=lambda: 0.0, sleep=world.rest)
    await asked(world, crowd)
    await come(crowd, 200)

    replies = await asked(world, crowd)

    assert {reply.code for reply in replies.values()} == {code}
