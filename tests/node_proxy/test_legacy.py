"""Nodes where nobody signs in: the tokens of the settings act for everybody."""

import asyncio
from collections.abc import AsyncGenerator

import pytest
from companion.clock import FixedClock
from companion.keys import CLUSTER_TOKEN_NODES, MODE
from redis.asyncio import Redis
from technitium_sandbox.sandbox import Sandbox

from tests.node_proxy.conftest import MakeStack, Stack
from tests.support.sandbox import fresh_nodes
from tests.support.tokens import SPREADS_S, end_token, make_token

VERSION_CALL = "/api/user/session/get"


@pytest.fixture
async def token(lab: Sandbox) -> str:
    """A token of admin that all nodes know."""
    token = await asyncio.to_thread(make_token, lab.nodes["ns1"].url)
    lab.clock.advance(SPREADS_S)
    return token


@pytest.fixture
async def legacy(make_stack: MakeStack, token: str) -> AsyncGenerator[Stack]:
    """A node proxy that knows the token of the cluster, called by its address over plain HTTP."""
    async with make_stack(AUTH_SESSION_ENABLED="false", TECHNITIUM_CLUSTER_TOKEN=token) as made:
        made.http.headers.update({"X-Forwarded-Proto": "http", "X-Forwarded-Host": "192.168.1.5"})
        made.http.headers["Host"] = "127.0.0.1:3002"
        yield made


async def test_everybody_sees_the_nodes_without_a_cookie(legacy: Stack) -> None:
    answer = await legacy.get("/api/nodes", None)

    assert answer.status_code == 200
    assert {row["id"]: row["state"] for row in answer.json()} == dict.fromkeys(
        legacy.lab.nodes, "ok"
    )


async def test_each_node_gets_its_own_token_or_else_the_clusters(
    lab: Sandbox, make_stack: MakeStack, token: str
) -> None:
    own = await asyncio.to_thread(make_token, lab.nodes["ns1"].url, user="viewer", name="own")
    lab.clock.advance(SPREADS_S)

    async with make_stack(
        AUTH_SESSION_ENABLED="false", TECHNITIUM_CLUSTER_TOKEN=token, TECHNITIUM_NS2_TOKEN=own
    ) as made:
        lab.requests.clear()
        await made.get("/api/nodes", None, Host="localhost", X_Forwarded_Host="localhost")

    sent = {node_id: {one.token for one in lab.requests.of(node_id)} for node_id in lab.nodes}
    assert sent == {"ns1": {token}, "ns2": {own}, "ns3": {token}}


async def test_a_node_is_asked_once_for_its_version_however_many_calls_there_are(
    legacy: Stack,
) -> None:
    legacy.lab.requests.clear()

    await asyncio.gather(*(legacy.get("/api/nodes/ns1/overview", None) for _ in range(5)))
    questions = [one for one in legacy.lab.requests.of("ns1", VERSION_CALL) if one.bearer is None]

    assert len(questions) == 1
    assert "token" in questions[0].form
    others = [one for one in legacy.lab.requests.of("ns1") if one is not questions[0]]
    assert all(one.bearer and "token" not in one.form for one in others)
    assert all(not one.query for one in legacy.lab.requests.of("ns1"))


async def test_a_version_is_asked_again_after_a_while(
    lab: Sandbox, make_stack: MakeStack, token: str
) -> None:
    clock = FixedClock()
    async with make_stack(
        clock=clock, AUTH_SESSION_ENABLED="false", TECHNITIUM_CLUSTER_TOKEN=token
    ) as made:
        headers = {"Host": "localhost", "X_Forwarded_Host": "localhost"}
        await made.get("/api/nodes/ns1/apps", None, **headers)
        lab.requests.clear()
        await made.get("/api/nodes/ns1/apps", None, **headers)
        assert lab.requests.of("ns1", VERSION_CALL) == []
        clock.advance(301)
        await made.get("/api/nodes/ns1/apps", None, **headers)

    assert len(lab.requests.of("ns1", VERSION_CALL)) == 1


@pytest.mark.parametrize("version", ["15.2", "14.3", "13.6"])
async def test_every_version_is_asked_as_it_wants_it(make_stack: MakeStack, version: str) -> None:
    async with fresh_nodes(version=version) as old:
        token = await asyncio.to_thread(make_token, old.nodes["ns1"].url)
        async with make_stack(
            old, AUTH_SESSION_ENABLED="false", TECHNITIUM_NS1_TOKEN=token
        ) as made:
            answer = await made.get(
                "/api/nodes/ns1/overview", None, Host="localhost", X_Forwarded_Host="localhost"
            )

    assert answer.status_code == 200, answer.text
    assert answer.json()["version"] == version


async def test_a_refused_token_names_the_setting_and_asks_nobody_to_sign_in(
    make_stack: MakeStack, token: str
) -> None:
    headers = {"Host": "localhost", "X_Forwarded_Host": "localhost"}
    async with make_stack(
        AUTH_SESSION_ENABLED="false",
        TECHNITIUM_CLUSTER_TOKEN=token,
        TECHNITIUM_NS2_TOKEN="ab" * 32,
    ) as made:
        one = await made.get("/api/nodes/ns2/overview", None, **headers)
        rows = {row["id"]: row for row in (await made.get("/api/nodes", None, **headers)).json()}

    problem = one.json()
    assert one.status_code == 502
    assert problem["code"] == "node_token_refused"
    assert problem["nodeId"] == "ns2"
    assert "TECHNITIUM_NS2_TOKEN" in problem["detail"]
    assert "ign in" not in problem["detail"]
    assert "ab" * 32 not in one.text
    assert (rows["ns2"]["state"], rows["ns2"]["code"]) == ("error", "node_token_refused")
    assert rows["ns1"]["state"] == rows["ns3"]["state"] == "ok"


async def test_a_token_that_dies_later_is_told_too(legacy: Stack, token: str) -> None:
    assert (await legacy.get("/api/nodes/ns1/apps", None)).status_code == 200
    await asyncio.to_thread(end_token, legacy.lab.nodes["ns1"].url, token)

    # Another question, since an answer may be given again for some seconds.
    answer = await legacy.get("/api/nodes/ns1/cluster/state", None)

    assert answer.json()["code"] == "node_token_refused"
    assert "TECHNITIUM_CLUSTER_TOKEN" in answer.json()["detail"]


async def test_a_node_that_hangs_holds_up_nobody_for_longer_than_its_deadline(
    lab: Sandbox, make_stack: MakeStack, token: str
) -> None:
    lab.faults.add("ns3", "hang")
    async with make_stack(
        node_deadline_s=1.0, AUTH_SESSION_ENABLED="false", TECHNITIUM_CLUSTER_TOKEN=token
    ) as made:
        async with asyncio.timeout(3):
            headers = {"Host": "localhost", "X_Forwarded_Host": "localhost"}
            rows = (await made.get("/api/nodes", None, **headers)).json()

    assert {row["id"]: row["state"] for row in rows} == {"ns1": "ok", "ns2": "ok", "ns3": "timeout"}


async def test_a_foreign_name_is_refused(legacy: Stack) -> None:
    by_proxy = await legacy.get("/api/nodes", None, X_Forwarded_Host="rebound.example")
    directly = await legacy.get("/api/nodes", None, Host="rebound.example")

    for answer in (by_proxy, directly):
        assert answer.status_code == 403
        assert answer.json()["code"] == "host_refused"


async def test_a_change_still_must_come_from_our_own_pages(legacy: Stack) -> None:
    answer = await legacy.http.post("/api/nodes", headers={"Origin": "http://evil.example"})

    assert answer.json()["code"] == "origin_refused"


async def test_a_service_of_the_other_mode_is_not_ready(
    legacy: Stack, make_stack: MakeStack, redis: Redis
) -> None:
    await redis.set(MODE, "session")
    refused = await legacy.get("/readyz", None)
    await redis.set(MODE, "legacy")
    ready = await legacy.get("/readyz", None)
    async with make_stack() as other:
        beside = await other.get("/readyz", None)

    assert (refused.status_code, ready.status_code, beside.status_code) == (503, 200, 503)
    assert "AUTH_SESSION_ENABLED" in refused.json()["checks"]["mode"]["reason"]


async def test_the_nodes_that_need_the_cluster_token_are_told_to_the_gateway(
    make_stack: MakeStack, redis: Redis
) -> None:
    async with make_stack(
        AUTH_SESSION_ENABLED="false", TECHNITIUM_CLUSTER_TOKEN="a", TECHNITIUM_NS1_TOKEN="b"
    ):
        assert await redis.get(CLUSTER_TOKEN_NODES) == b"ns2,ns3"


async def test_where_people_sign_in_no_token_of_the_settings_is_ever_used(
    lab: Sandbox, make_stack: MakeStack, token: str
) -> None:
    async with make_stack(TECHNITIUM_CLUSTER_TOKEN=token, TECHNITIUM_NS1_TOKEN=token) as made:
        lab.requests.clear()
        anonymous = await made.get("/api/nodes", None)
        cookie = await made.sign_in("viewer", at=("ns2",))
        rows = (await made.get("/api/nodes", cookie)).json()

    assert anonymous.status_code == 401
    assert {row["id"]: row["state"] for row in rows} == {
        "ns1": "signed_out",
        "ns2": "ok",
        "ns3": "signed_out",
    }
    assert token not in {one.token for one in lab.requests}


async def test_a_node_may_be_called_as_the_rest_of_a_forwarded_path_begins(
    lab: Sandbox, make_stack: MakeStack, token: str
) -> None:
    async with make_stack(
        AUTH_SESSION_ENABLED="false",
        TECHNITIUM_CLUSTER_TOKEN=token,
        TECHNITIUM_NODES="technitium",
        TECHNITIUM_TECHNITIUM_BASE_URL=lab.nodes["ns1"].url,
    ) as made:
        answer = await made.get(
            "/api/nodes/technitium/technitium/zones/list",
            None,
            Host="localhost",
            X_Forwarded_Host="localhost",
        )

    assert answer.status_code == 200, answer.text
