"""Nodes that are down, slow, silent or talk nonsense."""

import asyncio
import time

import httpx
import pytest

from tests.technitium_sandbox.caller import Caller

STATE = "/api/admin/cluster/state"


async def test_a_stopped_node_refuses_connections_and_comes_back(caller: Caller) -> None:
    token = await caller.token("ns2")
    url = caller.lab.nodes["ns2"].url

    await caller.lab.stop("ns2")
    with pytest.raises(httpx.ConnectError):
        await caller.is_live("ns2", token)
    await caller.lab.start("ns2")

    assert caller.lab.nodes["ns2"].url == url
    assert await caller.is_live("ns2", token)


async def test_stopping_breaks_a_call_that_is_under_way(caller: Caller) -> None:
    caller.lab.faults.add("ns1", "hang")
    waiting = asyncio.create_task(caller.sign_in("ns1"))
    for _ in range(200):
        if caller.lab.requests.of("ns1"):
            break
        await asyncio.sleep(0.005)

    await caller.lab.stop("ns1")

    with pytest.raises(httpx.RemoteProtocolError):
        await waiting


async def test_a_hanging_node_never_answers_and_does_nothing(caller: Caller) -> None:
    caller.lab.faults.add("ns1", "hang", path="/api/user/login", times=1)

    with pytest.raises(httpx.ReadTimeout):
        await caller.client.post(
            caller.lab.nodes["ns1"].url + "/api/user/login",
            data={"user": "admin", "pass": "admin"},
            timeout=0.1,
        )

    assert caller.lab.nodes["ns1"].live_tokens() == []
    assert (await caller.sign_in("ns1"))["status"] == "ok"


async def test_a_slow_node_has_done_its_work_when_the_caller_gives_up(caller: Caller) -> None:
    caller.lab.faults.add("ns1", "slow", seconds=0.3)

    with pytest.raises(httpx.ReadTimeout):
        await caller.client.post(
            caller.lab.nodes["ns1"].url + "/api/user/login",
            data={"user": "admin", "pass": "admin"},
            timeout=0.1,
        )

    assert len(caller.lab.nodes["ns1"].live_tokens("admin")) == 1


async def test_slowness_is_of_one_node_and_path(caller: Caller) -> None:
    caller.lab.faults.add("ns1", "slow", path="/api/zones/list", seconds=0.2)
    began = time.monotonic()
    token = await caller.token("ns1")
    await caller.token("ns2")
    others_took_s = time.monotonic() - began

    await caller.call("ns1", "/api/zones/list", token=token)

    assert others_took_s < 0.2 <= time.monotonic() - began


async def test_an_answer_is_cut_in_the_middle(caller: Caller) -> None:
    caller.lab.faults.add("ns1", "cut", times=1)

    with pytest.raises(httpx.RemoteProtocolError):
        await caller.sign_in("ns1")

    assert (await caller.sign_in("ns1"))["status"] == "ok"


async def test_a_status_and_garbage_come_instead_of_an_answer(caller: Caller) -> None:
    caller.lab.faults.add("ns1", "status", status=502, times=1)
    caller.lab.faults.add("ns1", "garbage", times=1)

    gone = await caller.post("ns1", "/api/user/login", {"user": "admin", "pass": "admin"})
    page = await caller.post("ns1", "/api/user/login", {"user": "admin", "pass": "admin"})

    assert (gone.status_code, gone.content) == (502, b"")
    assert page.headers["content-type"] == "text/html"
    assert caller.lab.nodes["ns1"].live_tokens() == []


async def test_lost_sessions_leave_api_tokens(caller: Caller) -> None:
    session = await caller.token("ns1")
    form = {"user": "admin", "pass": "admin", "tokenName": "backup"}
    api_token = (await caller.call("ns1", "/api/user/createToken", form))["token"]

    caller.lab.faults.add("ns1", "lose-sessions")

    assert not await caller.is_live("ns1", session)
    assert await caller.is_live("ns1", api_token)


async def test_faults_end_when_they_are_cleared(caller: Caller) -> None:
    caller.lab.faults.add("ns1", "status")
    caller.lab.faults.add("ns2", "status")

    caller.lab.faults.clear("ns1")

    assert (await caller.sign_in("ns1"))["status"] == "ok"
    assert (await caller.post("ns2", "/api/user/login")).status_code == 503
    with pytest.raises(ValueError, match="explode"):
        caller.lab.faults.add("ns1", "explode")


async def test_a_peer_that_is_down_is_unreachable_until_the_next_heartbeat(
    caller: Caller,
) -> None:
    token = await caller.token("ns1")
    await caller.lab.stop("ns3")

    before = await _state_of(caller, "ns3", token)
    failed = await caller.call("ns1", "/api/zones/list", {"node": "ns3.home.arpa"}, token=token)
    after = await _state_of(caller, "ns3", token)
    await caller.lab.start("ns3")
    caller.lab.clock.advance(31)

    assert (before, after) == ("Connected", "Unreachable")
    assert failed["errorMessage"] == "Connection refused (ns3.home.arpa:53443)"
    assert failed["innerErrorMessage"] == "Connection refused"
    assert await _state_of(caller, "ns3", token) == "Connected"


async def test_a_fault_of_a_peer_shows_in_the_node_that_was_asked(caller: Caller) -> None:
    token = await caller.token("ns1")
    form = {"node": "ns2.home.arpa"}
    caller.lab.faults.add("ns2", "slow", seconds=0.1, times=1)
    caller.lab.faults.add("ns2", "cut", times=1)
    began = time.monotonic()

    slow = await caller.call("ns1", "/api/zones/list", form, token=token)
    took_s = time.monotonic() - began
    cut = await caller.call("ns1", "/api/zones/list", form, token=token)

    assert slow["server"] == "ns2.home.arpa"
    assert took_s >= 0.1
    assert (cut["server"], cut["status"]) == ("ns1.home.arpa", "error")


async def _state_of(caller: Caller, name: str, token: str) -> str:
    nodes = (await caller.call("ns1", STATE, token=token))["response"]["clusterNodes"]
    return str(next(one["state"] for one in nodes if one["name"].startswith(name)))
