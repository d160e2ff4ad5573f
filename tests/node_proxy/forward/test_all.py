"""One call to every node: one result each, in the order of the settings, within the deadline."""

import time
from collections.abc import AsyncGenerator

import pytest
from companion.sessions.cookie import COOKIE
from node_proxy.domain.technitium_paths import PATHS

from tests.node_proxy.conftest import SHORT_DEADLINE_S, MakeStack, Stack
from tests.node_proxy.forward.conftest import Ask
from tests.node_proxy.forward.samples import parameters
from tests.support.sandbox import sandbox

ALL = "/api/nodes/all/technitium/"
TEN = tuple(f"ns{number}" for number in range(1, 11))


@pytest.fixture
async def ten(make_stack: MakeStack) -> AsyncGenerator[Stack]:
    """Ten nodes that are given little time."""
    async with (
        sandbox(names=TEN) as lab,
        make_stack(lab, node_deadline_s=SHORT_DEADLINE_S) as stack,
    ):
        yield stack


async def test_ten_nodes_one_hanging_one_denying_one_expired(ten: Stack) -> None:
    denied = await ten.grant("viewer", "ns4")
    others = tuple(name for name in TEN if name != "ns4")
    cookie = await ten.sign_in("admin", at=others, ns4=denied)
    ten.lab.faults.add("ns2", "hang")
    ten.lab.faults.add("ns7", "lose-sessions")
    began = time.monotonic()

    answer = await ten.get(ALL + "settings/get", cookie)

    assert time.monotonic() - began < 2 * SHORT_DEADLINE_S
    assert answer.status_code == 200
    results = answer.json()
    assert [one["nodeId"] for one in results] == [*TEN]
    assert {one["nodeId"]: one["state"] for one in results if one["state"] != "ok"} == {
        "ns2": "timeout",
        "ns4": "denied",
        "ns7": "signed_out",
    }
    assert {one["code"] for one in results if "code" in one} == {
        "node_timeout",
        "node_permission_denied",
        "node_session_expired",
    }
    assert (results[3]["section"], results[3]["permission"]) == ("Settings", "View")
    assert results[0]["data"]["response"]["dnsServerDomain"] == "ns1.home.arpa"
    assert all(one["tookMs"] >= 0 for one in results)
    assert "data" not in results[1]


async def test_data_is_what_the_nodes_own_route_answers(stack: Stack, ask: Ask) -> None:
    results = (await ask("GET", ALL + "zones/list")).json()

    for result in results:
        own = await ask("GET", f"/api/nodes/{result['nodeId']}/technitium/zones/list")
        assert result["data"] == own.json()
    assert len(results) == len(stack.lab.nodes)


async def test_change_that_is_each_nodes_own_is_made_at_all(stack: Stack, ask: Ask) -> None:
    answer = await ask("POST", ALL + "cache/flush")

    assert [one["state"] for one in answer.json()] == ["ok"] * 3
    assert {one.node for one in stack.lab.requests.of(path="/api/cache/flush")} == {
        "ns1",
        "ns2",
        "ns3",
    }


async def test_change_that_spreads_is_for_one_node(stack: Stack, ask: Ask) -> None:
    for path in (path for path, one in PATHS.items() if one.spreads):
        answer = await ask("POST", ALL + path, data=parameters(path))

        assert (answer.status_code, answer.json()["code"]) == (409, "path_not_for_all"), path
        assert f"/api/primary/technitium/{path}" in answer.json()["detail"]
    assert len(stack.lab.requests) == 0


async def test_download_is_of_one_node(stack: Stack, ask: Ask) -> None:
    for path in (path for path, one in PATHS.items() if one.call.download):
        answer = await ask("GET", ALL + path)

        assert (answer.status_code, answer.json()["code"]) == (409, "path_not_for_all"), path
    assert len(stack.lab.requests) == 0


@pytest.mark.parametrize("kind", ["data", "json"])
async def test_settings_of_the_cluster_are_not_sent_to_each_node(
    stack: Stack, ask: Ask, kind: str
) -> None:
    shared = await ask("POST", ALL + "settings/set", **{kind: {"EnableBlocking": "false"}})
    stack.lab.requests.clear()
    own = await ask("POST", ALL + "settings/set", **{kind: {"logQueries": "true"}})

    assert (shared.status_code, shared.json()["code"]) == (409, "path_not_for_all")
    assert "EnableBlocking" in shared.json()["detail"]
    assert own.status_code == 200
    assert len(stack.lab.requests.of(path="/api/settings/set")) == 3


async def test_change_by_get_and_unknown_paths_are_refused_before_any_node(
    stack: Stack, ask: Ask
) -> None:
    assert (await ask("GET", ALL + "cache/flush")).status_code == 405
    assert (await ask("GET", ALL + "zones/nothing")).status_code == 404
    assert (await ask("GET", ALL + "user/session/get")).status_code == 403
    assert len(stack.lab.requests) == 0


async def test_resolving_into_a_zone_is_for_one_node(stack: Stack, ask: Ask) -> None:
    answer = await ask("POST", ALL + "dnsClient/resolve", data={"import": "true"})

    assert (answer.status_code, answer.json()["code"]) == (409, "path_not_for_all")
    assert len(stack.lab.requests) == 0


async def test_session_that_has_ended_is_401_for_all(stack: Stack, cookie: str) -> None:
    await stack.sessions.end(cookie)

    answer = await stack.http.get(ALL + "zones/list", headers={"Cookie": f"{COOKIE}={cookie}"})

    assert answer.status_code == 401
