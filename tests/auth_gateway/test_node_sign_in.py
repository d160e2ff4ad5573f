"""Signing in to one node again, inside a session that lives."""

import asyncio

import pytest
from companion.sessions.record import NodeState
from technitium_sandbox.sandbox import Sandbox

from tests.auth_gateway.support import LOGIN_PATH, Gateway, problem, until
from tests.support.sandbox import totp_code


async def test_a_node_that_was_down_is_signed_in_to_alone(gateway: Gateway, lab: Sandbox) -> None:
    await lab.stop("ns3")
    cookie = await gateway.signed_in()
    await lab.start("ns3")
    asked = len(lab.requests.of("ns1", LOGIN_PATH))

    response = await gateway.http.post("/api/auth/nodes/ns3/login", json={"password": "admin"})

    assert response.status_code == 201
    assert response.json() == {"nodeId": "ns3", "success": True, "state": "signed_in"}
    assert gateway.cookie() == cookie
    me = (await gateway.me()).json()
    assert [node["state"] for node in me["nodes"]] == ["signed_in"] * 3
    assert len(lab.requests.of("ns1", LOGIN_PATH)) == asked


async def test_the_replaced_token_is_ended(gateway: Gateway, lab: Sandbox) -> None:
    await gateway.signed_in()
    (old,) = lab.nodes["ns1"].live_tokens("admin")

    await gateway.http.post("/api/auth/nodes/NS1/login", json={"password": "admin"})

    await until(lambda: old not in lab.nodes["ns1"].live_tokens("admin"))
    assert len(lab.nodes["ns1"].live_tokens("admin")) == 1


async def test_a_wrong_password_leaves_the_session_as_it_was(gateway: Gateway) -> None:
    await gateway.signed_in()

    response = await gateway.http.post("/api/auth/nodes/ns1/login", json={"password": "wrong"})

    assert problem(response)["code"] == "invalid_credentials"
    assert (await gateway.me()).json()["nodes"][0]["state"] == "signed_in"


async def test_a_code_is_asked_for_there_too(gateway: Gateway, lab: Sandbox) -> None:
    await gateway.login("totp", totp=totp_code(lab))

    without = await gateway.http.post("/api/auth/nodes/ns1/login", json={"password": "totp"})
    lab.clock.advance(30)
    body = {"password": "totp", "totp": totp_code(lab)}
    with_code = await gateway.http.post("/api/auth/nodes/ns1/login", json=body)

    assert problem(without)["code"] == "totp_required"
    assert with_code.status_code == 201


async def test_nobody_signs_in_to_a_node_without_a_session(gateway: Gateway, lab: Sandbox) -> None:
    response = await gateway.http.post("/api/auth/nodes/ns1/login", json={"password": "admin"})

    assert response.status_code == 401
    assert not lab.requests.of("ns1", LOGIN_PATH)


@pytest.mark.parametrize("node_id", ["ns9", "all", "@evil"])
async def test_a_node_that_is_not_configured_is_not_found(gateway: Gateway, node_id: str) -> None:
    await gateway.signed_in()

    response = await gateway.http.post(
        f"/api/auth/nodes/{node_id}/login", json={"password": "admin"}
    )

    assert response.status_code == 404
    assert problem(response)["code"] == "node_unknown"


NODES_LOGIN = "/api/auth/nodes/login"


async def test_several_nodes_are_signed_in_to_with_one_code(gateway: Gateway, lab: Sandbox) -> None:
    await lab.stop("ns2")
    await lab.stop("ns3")
    await gateway.login("totp", totp=totp_code(lab))
    await lab.start("ns2")
    await lab.start("ns3")
    lab.clock.advance(30)
    asked = len(lab.requests.of("ns1", LOGIN_PATH))

    response = await gateway.http.post(
        NODES_LOGIN, json={"nodes": ["NS3", "ns2"], "password": "totp", "totp": totp_code(lab)}
    )

    assert response.status_code == 201
    assert response.json() == {
        "authenticated": True,
        "nodes": [
            {
                "nodeId": name,
                "baseUrl": lab.nodes[name].url,
                "success": True,
                "status": "ok",
                "state": "signed_in",
            }
            for name in ("ns3", "ns2")
        ],
    }
    assert [node["state"] for node in (await gateway.me()).json()["nodes"]] == ["signed_in"] * 3
    assert len(lab.requests.of("ns1", LOGIN_PATH)) == asked


async def test_some_of_several_nodes_are_enough_and_the_others_are_told(
    gateway: Gateway, lab: Sandbox
) -> None:
    await gateway.signed_in()
    await lab.stop("ns3")
    before = set(lab.nodes["ns2"].live_tokens("admin"))

    response = await gateway.http.post(
        NODES_LOGIN, json={"nodes": ["ns2", "ns3"], "password": "admin"}
    )

    assert response.status_code == 201
    signed_in, down = response.json()["nodes"]
    assert signed_in["success"] is True
    assert (down["success"], down["code"]) == (False, "node_unreachable")
    # The old token of the node that accepted is ended; that of the other stays the session's.
    await until(lambda: not before & set(lab.nodes["ns2"].live_tokens("admin")))
    assert (await gateway.session()).record.nodes["ns3"].state is NodeState.SIGNED_IN


async def test_another_name_may_be_used_at_some_nodes(gateway: Gateway) -> None:
    await gateway.signed_in()

    response = await gateway.http.post(
        NODES_LOGIN, json={"nodes": ["ns2"], "username": "viewer", "password": "viewer"}
    )

    assert response.status_code == 201
    nodes = (await gateway.me()).json()["nodes"]
    assert [node.get("user") for node in nodes] == [None, "viewer", None]


@pytest.mark.parametrize(
    ("nodes", "status", "code"),
    [
        (["ns1", "ns9"], 404, "node_unknown"),
        ([], 400, "invalid_request"),
        (["ns1", "NS1"], 400, "invalid_request"),
        (["ns1", 2], 400, "invalid_request"),
        ("ns1", 400, "invalid_request"),
        (None, 400, "invalid_request"),
    ],
)
async def test_a_list_of_nodes_that_cannot_be_meant_is_refused_before_anything_is_sent(
    gateway: Gateway, lab: Sandbox, nodes: object, status: int, code: str
) -> None:
    await gateway.signed_in()
    lab.requests.clear()

    response = await gateway.http.post(NODES_LOGIN, json={"nodes": nodes, "password": "admin"})

    document = problem(response)
    assert (response.status_code, document["code"]) == (status, code)
    assert document.get("field") == (None if status == 404 else "nodes")
    assert not lab.requests.of(path=LOGIN_PATH)


async def test_new_tokens_for_a_session_that_was_ended_meanwhile_are_ended(
    gateway: Gateway, lab: Sandbox
) -> None:
    cookie = await gateway.signed_in()
    for name in lab.nodes:
        lab.faults.add(name, "slow", path=LOGIN_PATH, seconds=0.3)
    lab.requests.clear()

    request = asyncio.create_task(
        gateway.http.post(NODES_LOGIN, json={"nodes": list(lab.nodes), "password": "admin"})
    )
    await until(lambda: len(lab.requests.of(path=LOGIN_PATH)) == len(lab.nodes))
    await gateway.sessions.end(cookie)
    response = await request

    assert (response.status_code, problem(response)["code"]) == (401, "session_invalid")
    await until(lambda: not any(node.live_tokens("admin") for node in lab.nodes.values()))
