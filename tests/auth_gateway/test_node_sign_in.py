"""Signing in to one node again, inside a session that lives."""

import pytest
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
