"""The scopes of the demonstration: who has which address, and that they go on having it."""

from pathlib import Path

import httpx
import pytest
from technitium_sandbox.calls.listening import Listener
from technitium_sandbox.control.application import Control
from technitium_sandbox.persistence import restore, save

from tests.support.sandbox import Sandbox, sandbox
from tests.technitium_sandbox.caller import Caller, Json

DAY_S = 86_400


async def _ask(caller: Caller, node: str, path: str) -> Json:
    token = await caller.token(node, "dhcp")
    answer: Json = (await caller.call(node, f"/api/dhcp/{path}", token=token))["response"]
    return answer


@pytest.mark.parametrize(
    ("node", "enabled", "interfaces"),
    [
        ("ns1", ["Home", "IoT"], ["192.168.10.2", "192.168.20.2"]),
        ("ns2", ["Guest"], ["192.168.30.3"]),
        ("ns3", [], []),
    ],
)
async def test_each_network_is_served_by_one_node(
    caller: Caller, node: str, enabled: list[str], interfaces: list[str]
) -> None:
    scopes = (await _ask(caller, node, "scopes/list"))["scopes"]

    assert [one["name"] for one in scopes if one["enabled"]] == enabled
    assert [one["interfaceAddress"] for one in scopes if one["enabled"]] == interfaces
    assert all("interfaceAddress" not in one for one in scopes if not one["enabled"])


async def test_who_lives_here_renews_for_ever_and_a_guest_who_left_is_forgotten(
    caller: Caller, lab: Sandbox
) -> None:
    before = [await _ask(caller, node, "leases/list") for node in ("ns1", "ns2")]
    lab.clock.advance(2 * DAY_S)
    after = [await _ask(caller, node, "leases/list") for node in ("ns1", "ns2")]

    assert [len(one["leases"]) for one in before] == [13, 2]
    assert [len(one["leases"]) for one in after] == [13, 1]
    first, later = before[0]["leases"][0], after[0]["leases"][0]
    assert (first["address"], first["hostName"]) == ("192.168.10.21", "anna-laptop.home.arpa")
    assert later["leaseObtained"] == first["leaseObtained"]
    assert later["leaseExpires"] > first["leaseExpires"]
    kinds = {one["hostName"]: one["type"] for one in before[0]["leases"]}
    assert (kinds["nas.home.arpa"], kinds["tablet.home.arpa"]) == ("Reserved", "Dynamic")


async def test_a_device_that_comes_gets_a_free_address(lab: Sandbox) -> None:
    listener = Listener(Control(lab), "127.0.0.1", 0)
    await listener.open()
    device = {"to": "ns2", "hardwareAddress": "02-00-00-00-00-01", "hostName": "visitor"}
    async with httpx.AsyncClient(base_url=listener.url) as control:
        given = (await control.post("/leases", json={"leases": [device]})).json()["leases"]
        wrong = await control.post("/leases", json={"leases": [{**device, "hardwareAddress": "z"}]})
        nobody = await control.post("/leases", json={"leases": [{**device, "to": "ns9"}]})
        silent = await control.post("/leases", json={"leases": [{**device, "to": "ns3"}]})
    await listener.close()

    assert (given[0]["scope"], given[0]["address"]) == ("Guest", "192.168.30.50")
    assert given[0]["hostName"] == "visitor.guest.home.arpa"
    assert (wrong.status_code, nobody.status_code) == (400, 404)
    assert silent.json()["leases"] == [None]


async def test_scopes_and_settings_outlive_the_process(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    async with sandbox() as lab, httpx.AsyncClient(timeout=5) as client:
        caller = Caller(lab, client)
        token = await caller.token("ns1")
        form = {"name": "Home", "newName": "House", "leaseTimeDays": "2"}
        await caller.call("ns1", "/api/dhcp/scopes/set", form, token=token)
        await caller.call("ns1", "/api/settings/set", {"blockingAnswerTtl": "9"}, token=token)
        leases = await _ask(caller, "ns1", "leases/list")
        save(path, lab.wire.nodes)
    async with sandbox() as lab, httpx.AsyncClient(timeout=5) as client:
        restore(path, lab.wire.nodes)
        kept = await _ask(Caller(lab, client), "ns1", "leases/list")

        assert kept == leases
        assert lab.nodes["ns1"].node.dhcp.scopes["House"].lease_days == 2
        assert lab.nodes["ns1"].node.settings["blockingAnswerTtl"] == 9
