"""Nodes that are down, slow or silent: each is told apart, and none holds up the others."""

import time

from tests.support.stack import Stack, until

SLOW_S = 3.0


def test_a_stopped_node_is_told_at_sign_in_and_on_its_card(stack: Stack) -> None:
    stack.stop_node("ns3")

    with stack.sign_in("admin") as browser:
        me = browser.get("/api/auth/me").json()
        nodes = {node["id"]: node for node in browser.get("/api/nodes").json()}
        there = browser.get("/api/nodes/ns1/overview")
        gone = browser.get("/api/nodes/ns3/overview")

    assert me["nodes"][2]["state"] == "unreachable"
    assert nodes["ns1"]["state"] == nodes["ns2"]["state"] == "ok"
    assert nodes["ns3"]["state"] != "ok"
    assert there.status_code == 200
    assert gone.status_code in {409, 502}
    assert gone.json()["nodeId"] == "ns3"


def test_a_node_that_stops_later_is_unreachable(stack: Stack) -> None:
    with stack.sign_in("admin") as browser:
        stack.stop_node("ns2")
        gone = browser.get("/api/nodes/ns2/overview")
        nodes = {node["id"]: node["state"] for node in browser.get("/api/nodes").json()}

    assert (gone.status_code, gone.json()["code"]) == (502, "node_unreachable")
    assert nodes == {"ns1": "ok", "ns2": "unreachable", "ns3": "ok"}


def test_a_node_that_came_back_is_signed_in_to_alone(stack: Stack) -> None:
    stack.stop_node("ns3")
    with stack.sign_in("admin") as browser:
        stack.start_node("ns3")
        again = browser.post("/api/auth/nodes/ns3/login", json={"password": "admin"})
        states = {node["id"]: node["state"] for node in browser.get("/api/auth/me").json()["nodes"]}

    assert again.status_code == 201
    assert states == {"ns1": "signed_in", "ns2": "signed_in", "ns3": "signed_in"}


def test_a_hanging_node_says_so_and_the_others_are_there_at_once(stack: Stack) -> None:
    with stack.sign_in("admin") as browser:
        stack.fault("ns2", "hang")
        began = time.monotonic()
        quick = [browser.get(f"/api/nodes/{node}/overview") for node in ("ns1", "ns3")]
        quick_s = time.monotonic() - began
        silent = browser.get("/api/nodes/ns2/overview")

    assert [answer.status_code for answer in quick] == [200, 200]
    assert quick_s < 2.0
    assert (silent.status_code, silent.json()["code"]) == (504, "node_timeout")


def test_two_slow_nodes_cost_a_sign_in_as_much_as_one(stack: Stack) -> None:
    for node in ("ns1", "ns2"):
        stack.fault(node, "slow", seconds=SLOW_S, path="/api/user/login")

    began = time.monotonic()
    with stack.sign_in("admin"):
        took_s = time.monotonic() - began

    assert SLOW_S <= took_s < 1.5 * SLOW_S


def test_signing_out_answers_at_once_and_every_token_dies(stack: Stack) -> None:
    _forget_sessions(stack, "viewer")
    with stack.sign_in("viewer") as browser:
        tokens = _tokens(stack, "viewer")
        stack.stop_node("ns3")
        for node in ("ns1", "ns2"):
            stack.fault(node, "slow", seconds=SLOW_S, path="/api/user/logout")
        began = time.monotonic()
        assert browser.post("/api/auth/logout").status_code == 201
        took_s = time.monotonic() - began

    assert took_s < 1.0
    for node in ("ns1", "ns2"):
        until(lambda node=node: not stack.accepts(node, tokens[node]), what=f"dead at {node}")  # type: ignore[misc]


def test_a_node_that_was_down_at_sign_out_is_told_when_it_is_back(stack: Stack) -> None:
    _forget_sessions(stack, "viewer")
    with stack.sign_in("viewer") as browser:
        token = _tokens(stack, "viewer")["ns3"]
        stack.stop_node("ns3")
        assert browser.post("/api/auth/logout").status_code == 201
    stack.start_node("ns3")
    assert stack.accepts("ns3", token)

    until(lambda: not stack.accepts("ns3", token), what="the token is dead", within_s=60)


def _forget_sessions(stack: Stack, username: str) -> None:
    """Make the nodes new, so that the next sessions are the only ones."""
    stack.control.post("/reset").raise_for_status()
    until(lambda: not any(stack.node_tokens(username).values()), what="no session is left")


def _tokens(stack: Stack, username: str) -> dict[str, str]:
    """The one token of this person at each node, once the sandbox has written it down."""
    names = stack.control.get("/nodes").json()

    def all_known() -> bool:
        return all(len(stack.node_tokens(username)[name]) == 1 for name in names)

    until(all_known, what=f"one session of {username} at each node")
    return {name: next(iter(tokens)) for name, tokens in stack.node_tokens(username).items()}
