"""Signing in, and out, while a node is away: within one deadline, and without leftovers."""

import pytest

from tests.edge.support import problem_of
from tests.faults.asking import MARGIN_S, SIGN_IN_DEADLINE_S, in_time
from tests.faults.outages import CHANGE
from tests.faults.people import ADMINISTRATOR, PLAIN, signed_in
from tests.faults.stack import NODES, PRIMARY, FaultyStack
from tests.support.lab import until

# Ends of tokens that could not be told at once are told again after a while.
OUTBOX_S = 40.0


@pytest.mark.parametrize(
    ("how", "away"), [("take_down", "ns3"), ("take_down", PRIMARY), ("pause", PRIMARY)]
)
async def test_a_sign_in_without_one_node_is_one_at_the_others(
    stack: FaultyStack, how: str, away: str
) -> None:
    others = [name for name in NODES if name != away]
    getattr(stack, how)(away)
    async with in_time(SIGN_IN_DEADLINE_S + MARGIN_S), signed_in(stack, PLAIN) as browser:
        me = (await browser.get("/api/auth/me")).json()
        answers = [await browser.get(f"/api/nodes/{name}/overview") for name in others]
        gone = await browser.get(f"/api/nodes/{away}/overview")

    assert me["authenticated"] is True
    # A client of the Companion asks for a new sign-in where one is missing here.
    assert me["nodeIds"] == [*NODES]
    states = {node["id"]: node["state"] for node in me["nodes"]}
    assert states[away] == "unreachable"
    assert {states[name] for name in others} == {"signed_in"}
    assert [answer.status_code for answer in answers] == [200, 200]
    assert problem_of(gone)["nodeId"] == away
    assert gone.status_code == 409


async def test_a_node_that_is_back_can_be_signed_in_to_and_is_signed_out_of(
    stack: FaultyStack,
) -> None:
    stack.take_down("ns3")
    async with signed_in(stack, PLAIN) as browser:
        stack.bring_back("ns3")
        before = _tokens(stack)
        again = await browser.post("/api/auth/nodes/ns3/login", json={"password": PLAIN})
        there = await browser.get("/api/nodes/ns3/overview")
        until(lambda: _tokens(stack) - before, what="the node's own word of the session")
        (token,) = _tokens(stack) - before
        assert stack.accepts("ns3", token)
        out = await browser.post("/api/auth/logout")

    assert (again.status_code, there.status_code, out.status_code) == (201, 200, 201)
    until(lambda: not stack.accepts("ns3", token), what="the token is dead", within_s=OUTBOX_S)


async def test_a_primary_that_the_session_does_not_know_is_written_to_by_nobody(
    stack: FaultyStack,
) -> None:
    change = f"/api/primary/technitium/{CHANGE}"
    stack.take_down(PRIMARY)
    async with signed_in(stack, ADMINISTRATOR) as browser:
        stack.bring_back(PRIMARY)
        refused = await browser.post(change, data={"domain": "unknown.test"})
        received = stack.requests(path=f"/api/{CHANGE}")
        login = f"/api/auth/nodes/{PRIMARY}/login"
        again = await browser.post(login, json={"password": ADMINISTRATOR})
        made = await browser.post(change, data={"domain": "unknown.test"})

    assert (refused.status_code, problem_of(refused)["code"]) == (503, "primary_unavailable")
    assert received == []
    assert (again.status_code, made.status_code) == (201, 200)
    assert [one["node"] for one in stack.requests(path=f"/api/{CHANGE}")] == [PRIMARY]


async def test_signing_out_waits_for_no_paused_node(stack: FaultyStack) -> None:
    async with signed_in(stack, PLAIN) as browser:
        stack.pause("ns1")
        stack.pause("ns3")
        async with in_time(2.0):
            out = await browser.post("/api/auth/logout")
        assert (await browser.get("/api/nodes")).status_code == 401

    assert out.status_code == 201


def _tokens(stack: FaultyStack) -> set[str]:
    return stack.node_tokens(PLAIN)["ns3"]
