"""The control port, as tests in other processes and people use it."""

from collections.abc import AsyncGenerator

import httpx
import pytest
from technitium_sandbox.calls.listening import Listener
from technitium_sandbox.control.application import Control

from tests.support.sandbox import Sandbox
from tests.technitium_sandbox.caller import Caller


@pytest.fixture
async def control(lab: Sandbox) -> AsyncGenerator[httpx.AsyncClient, None]:
    listener = Listener(Control(lab), "127.0.0.1", 0)
    await listener.open()
    async with httpx.AsyncClient(base_url=listener.url) as client:
        yield client
    await listener.close()


async def test_nodes_are_named_with_their_addresses(
    lab: Sandbox, control: httpx.AsyncClient
) -> None:
    nodes = (await control.get("/nodes")).json()

    assert nodes == {name: stand.url for name, stand in lab.nodes.items()}


async def test_a_node_is_stopped_and_started(caller: Caller, control: httpx.AsyncClient) -> None:
    await control.post("/nodes/ns2/stop")
    with pytest.raises(httpx.ConnectError):
        await caller.sign_in("ns2")
    await control.post("/nodes/ns2/start")

    assert (await caller.sign_in("ns2"))["status"] == "ok"


async def test_time_is_advanced_for_all_nodes(caller: Caller, control: httpx.AsyncClient) -> None:
    token = await caller.token("ns3")

    await control.post("/advance", json={"seconds": 1_801})

    assert not await caller.is_live("ns3", token)


async def test_queries_are_counted(caller: Caller, control: httpx.AsyncClient) -> None:
    token = await caller.token("ns1")
    query = {"to": "ns1", "client": "192.0.2.9", "qname": "only.here.example", "times": 9_999}
    await control.post("/queries", json={"queries": [query]})
    await control.post("/advance", json={"seconds": 60})

    stats = await caller.call("ns1", "/api/dashboard/stats/get", token=token)

    assert stats["response"]["topDomains"][0] == {"name": "only.here.example", "hits": 9_999}


async def test_faults_are_ordered_and_cleared(caller: Caller, control: httpx.AsyncClient) -> None:
    fault = {"node": "ns1", "kind": "status", "status": 500, "path": "/api/user/login"}
    await control.post("/faults", json=fault)
    broken = await caller.post("ns1", "/api/user/login")
    await control.delete("/faults")

    assert broken.status_code == 500
    assert (await caller.sign_in("ns1"))["status"] == "ok"


async def test_requests_are_shown_without_secrets_and_forgotten(
    caller: Caller, control: httpx.AsyncClient
) -> None:
    token = await caller.token("ns1")
    await caller.client.get(
        caller.lab.nodes["ns1"].url + "/api/zones/list",
        params={"token": token},
        headers={"Cookie": "private=1"},
    )
    form = {"user": "totp", "pass": "totp", "totp": "123456"}
    await caller.call("ns1", "/api/user/login", form)

    shown = (await control.get("/requests")).text
    await control.delete("/requests")

    assert token not in shown
    assert "private" not in shown
    assert "123456" not in shown
    assert "<token:admin@ns1>" in shown
    assert (await control.get("/requests")).json() == {"requests": []}


async def test_a_reset_makes_everything_new_and_everybody_is_signed_out(
    caller: Caller, control: httpx.AsyncClient
) -> None:
    token = await caller.token("ns1")
    url = caller.lab.nodes["ns1"].url
    await control.post("/nodes/ns2/stop")

    await control.post("/reset")

    assert not await caller.is_live("ns1", token)
    assert (await caller.sign_in("ns2"))["status"] == "ok"
    assert caller.lab.nodes["ns1"].url == url


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/faults", {"node": "ns1", "kind": "explode"}, 400),
        ("/faults", {"node": "ns9", "kind": "hang"}, 404),
        ("/queries", {"queries": [{"to": "ns9", "client": "192.0.2.1", "qname": "x"}]}, 404),
        ("/queries", {"queries": [{"to": "ns1", "client": "nas", "qname": "x"}]}, 400),
        (
            "/queries",
            {"queries": [{"to": "ns1", "client": "192.0.2.1", "qname": "x", "qtype": "NONE"}]},
            400,
        ),
        (
            "/queries",
            {"queries": [{"to": "ns1", "client": "192.0.2.1", "qname": "x", "times": 10**9}]},
            400,
        ),
        ("/advance", {"seconds": -1}, 400),
        ("/advance", {"seconds": 1e300}, 400),
        ("/advance", {}, 400),
        ("/nodes/ns9/stop", {}, 404),
        ("/nonsense", {}, 404),
    ],
)
async def test_what_makes_no_sense_is_refused_in_words(
    control: httpx.AsyncClient, path: str, body: dict[str, object], status: int
) -> None:
    response = await control.post(path, json=body)

    assert response.status_code == status
    assert response.json()["error"]


@pytest.mark.parametrize("header", [{"Origin": "https://evil.example"}, {"Host": "evil.example"}])
async def test_a_web_page_may_not_use_it(
    control: httpx.AsyncClient, header: dict[str, str]
) -> None:
    response = await control.post("/reset", headers=header)

    assert response.status_code == 403
