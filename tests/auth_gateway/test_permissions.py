"""GET /api/auth/permissions: what one may do, feature by feature and node by node, right now."""

from dataclasses import replace
from typing import Any

import httpx
from companion.sessions.record import NodeState
from technitium_sandbox.sandbox import Sandbox

from tests.auth_gateway.conftest import MakeGateway
from tests.auth_gateway.support import SHORT, Gateway, problem

PATH = "/api/auth/permissions"


async def asked(gateway: Gateway) -> dict[str, Any]:
    answer = await gateway.http.get(PATH)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def may(body: dict[str, Any], feature: str) -> dict[str, bool | None]:
    """By node, whether the person may use this feature."""
    (row,) = [row for row in body["features"] if row["id"] == feature]
    nodes: dict[str, bool | None] = row["nodes"]
    return nodes


async def test_strangers_learn_nothing(gateway: Gateway) -> None:
    answer = await gateway.http.get(PATH)

    assert answer.status_code == 401
    assert problem(answer)["code"] == "session_invalid"


async def test_an_administrator_may_do_everything_everywhere(gateway: Gateway) -> None:
    await gateway.signed_in("admin")

    body = await asked(gateway)

    assert body["user"] == "admin"
    assert [(node["id"], node["state"]) for node in body["nodes"]] == [
        ("ns1", "ok"),
        ("ns2", "ok"),
        ("ns3", "ok"),
    ]
    for row in body["features"]:
        if row["id"] != "background_token.migrate":
            assert row["nodes"] == {"ns1": True, "ns2": True, "ns3": True}, row


async def test_a_right_for_the_primary_counts_nowhere_else(gateway: Gateway) -> None:
    await gateway.signed_in("admin")

    nodes = may(await asked(gateway), "background_token.migrate")

    assert nodes == {"ns1": True, "ns2": False, "ns3": False}


async def test_each_feature_follows_the_right_that_the_node_checks(gateway: Gateway) -> None:
    await gateway.signed_in("dhcp")

    body = await asked(gateway)

    assert may(body, "dhcp.modify")["ns1"] is True
    assert may(body, "dashboard.view")["ns1"] is True
    assert may(body, "blocking.pause")["ns1"] is False
    assert may(body, "zones.modify")["ns1"] is False
    assert may(body, "administration.view")["ns1"] is False


async def test_the_answer_is_of_this_moment_not_of_the_sign_in(
    gateway: Gateway, lab: Sandbox
) -> None:
    await gateway.signed_in("viewer")
    before = may(await asked(gateway), "blocking.pause")
    await _give_modify(lab, "Settings", "viewer")

    after = may(await asked(gateway), "blocking.pause")

    assert before["ns1"] is False
    assert after["ns1"] is True


async def test_a_node_that_hangs_is_null_within_its_deadline_and_costs_no_other(
    make_gateway: MakeGateway, lab: Sandbox
) -> None:
    async with make_gateway(timing=replace(SHORT, rights_deadline_s=0.5)) as gateway:
        await gateway.signed_in("admin")
        lab.faults.add("ns2", "hang")

        body = await asked(gateway)

    assert may(body, "zones.view") == {"ns1": True, "ns2": None, "ns3": True}
    row = body["nodes"][1]
    assert row["state"] == "timeout"
    assert row["code"] == "node_timeout"
    assert row["reason"]
    assert 400 < row["tookMs"] < 5_000


async def test_a_node_that_is_down_is_null_for_every_feature(
    gateway: Gateway, lab: Sandbox
) -> None:
    await gateway.signed_in("admin")
    await lab.stop("ns1")

    body = await asked(gateway)

    assert body["nodes"][0]["state"] == "unreachable"
    assert {row["nodes"]["ns1"] for row in body["features"]} == {None}
    assert may(body, "background_token.migrate") == {"ns1": None, "ns2": False, "ns3": False}


async def test_a_refused_token_is_null_and_no_longer_the_sessions(
    gateway: Gateway, lab: Sandbox
) -> None:
    await gateway.signed_in("admin")
    lab.faults.add("ns3", "lose-sessions")

    body = await asked(gateway)

    assert may(body, "zones.view") == {"ns1": True, "ns2": True, "ns3": None}
    assert body["nodes"][2]["state"] == "signed_out"
    assert body["nodes"][2]["code"] == "node_session_expired"
    grant = (await gateway.session()).record.nodes["ns3"]
    assert grant.state is NodeState.SIGNED_OUT
    assert grant.token is None


async def test_only_the_persons_own_token_is_sent(gateway: Gateway, lab: Sandbox) -> None:
    await gateway.signed_in("admin")
    other = gateway.browser()
    await other.signed_in("viewer")

    for node_id in lab.nodes:
        lab.faults.clear()
        body = await asked(other)
        (request,) = lab.requests.of(node_id, "/api/user/session/get")[-1:]
        grant = (await other.session()).record.nodes[node_id]
        assert grant.token is not None
        assert request.bearer == grant.token.reveal()
        assert body["user"] == "viewer"


async def _give_modify(lab: Sandbox, section: str, user: str) -> None:
    async with httpx.AsyncClient(base_url=lab.nodes["ns1"].url) as http:
        login = await http.post("/api/user/login", data={"user": "admin", "pass": "admin"})
        answer = await http.post(
            "/api/admin/permissions/set",
            data={"section": section, "userPermissions": f"{user}|true|true|false"},
            headers={"Authorization": f"Bearer {login.json()['token']}"},
        )
    assert answer.json()["status"] == "ok", answer.text
