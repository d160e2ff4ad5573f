"""Names of clients come from leases that the person may see, and reach nobody else."""

import asyncio
import json
import time
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from companion.sessions.cookie import COOKIE
from companion.technitium.calls import Call
from companion.technitium.errors import NodeError, NodePermissionDenied, NodeTimeout
from node_proxy.domain.logs.lease_names import KEPT_S, LeaseNames
from technitium_sandbox.resolver.answering import Query

from tests.node_proxy.conftest import FORWARDED, SHORT_DEADLINE_S, MakeStack
from tests.node_proxy.fakes import ScriptedNodes
from tests.support.event_stream import events, served
from tests.support.sandbox import sandbox

LEASES = {
    "dhcp/leases/list": {
        "leases": [
            {"address": "192.0.2.1", "hostName": "printer.home"},
            {"address": "192.0.2.2", "hostName": "<b>evil</b>"},
            {"address": "192.0.2.3", "hostName": None},
        ]
    }
}


class Nodes(ScriptedNodes):
    owner = "one"


class Others(ScriptedNodes):
    owner = "another"


async def test_only_host_names_are_shown() -> None:
    names = LeaseNames(time.monotonic)
    nodes = Nodes(LEASES)
    await names.refresh(nodes, ["ns1"])

    of = names.of(nodes)
    assert [of(f"192.0.2.{each}") for each in (1, 2, 3, 4)] == ["printer.home", None, None, None]


async def test_names_of_one_person_are_not_anothers() -> None:
    names = LeaseNames(time.monotonic)
    others = Others({"dhcp/leases/list": NodePermissionDenied("ns1", "No.")})
    await names.refresh(Nodes(LEASES), ["ns1"])
    await names.refresh(others, ["ns1"])

    assert names.of(others)("192.0.2.1") is None


async def test_names_are_asked_for_again_after_a_minute() -> None:
    now = [0.0]
    names = LeaseNames(lambda: now[0])
    answers = dict(LEASES)
    nodes = Nodes(answers)
    await names.refresh(nodes, ["ns1"])
    answers["dhcp/leases/list"] = {"leases": []}
    nodes._answers = answers

    await names.refresh(nodes, ["ns1"])
    assert names.of(nodes)("192.0.2.1") == "printer.home"
    now[0] = KEPT_S
    await names.refresh(nodes, ["ns1"])
    assert names.of(nodes)("192.0.2.1") is None


class SlowNodes(Nodes):
    """They answer once they are let to."""

    def __init__(self, answers: Mapping[str, Mapping[str, Any]]) -> None:
        super().__init__(answers)
        self.may_answer = asyncio.Event()

    async def call(
        self,
        node_id: str,
        call: Call,
        params: Mapping[str, str] | None = None,
        *,
        max_age_s: float | None = None,
    ) -> dict[str, Any]:
        await self.may_answer.wait()
        return await super().call(node_id, call, params, max_age_s=max_age_s)


async def test_names_stay_while_they_are_asked_for_again() -> None:
    now = [0.0]
    names = LeaseNames(lambda: now[0])
    nodes = SlowNodes(LEASES)
    nodes.may_answer.set()
    await names.refresh(nodes, ["ns1", "ns2"])
    nodes.may_answer.clear()

    now[0] = KEPT_S
    await names.refresh(nodes, ["ns1", "ns2"], wait_s=0)

    assert names.of(nodes)("192.0.2.1") == "printer.home"
    assert not names.are_missing(nodes)
    await names.aclose()


async def test_whoever_comes_while_names_are_asked_for_waits_for_them_too() -> None:
    names = LeaseNames(time.monotonic)
    nodes = SlowNodes(LEASES)
    first = asyncio.create_task(names.refresh(nodes, ["ns1"]))
    second = asyncio.create_task(names.refresh(nodes, ["ns1"]))
    await asyncio.sleep(0)

    nodes.may_answer.set()
    await second

    assert names.of(nodes)("192.0.2.1") == "printer.home"
    await first


@pytest.mark.parametrize(
    ("error", "are_missing"),
    [(NodePermissionDenied("ns1", "No."), False), (NodeTimeout("ns1", "Too late."), True)],
)
async def test_names_that_did_not_come_are_missing_and_those_that_are_denied_are_not(
    *, error: NodeError, are_missing: bool
) -> None:
    names = LeaseNames(time.monotonic)
    nodes = Nodes({"dhcp/leases/list": error})

    await names.refresh(nodes, ["ns1"])

    assert names.are_missing(nodes) is are_missing


@pytest.mark.parametrize(("fault", "is_said"), [("hang", True), (None, False)])
async def test_a_search_by_name_without_all_names_has_no_true_total(
    make_stack: MakeStack, *, fault: str | None, is_said: bool
) -> None:
    async with sandbox() as lab, make_stack(lab, node_deadline_s=SHORT_DEADLINE_S) as stack:
        cookie = await stack.sign_in("admin")
        if fault:
            lab.faults.add("ns1", fault, path="/api/dhcp/leases/list")
        path = "/api/nodes/logs/combined?nodes=ns2&start=2100-01-01&clientIpAddress=anna"

        found = (await stack.get(path, cookie)).json()

        assert found["totalIsLowerBound"] is is_said


async def test_the_page_shows_names_and_finds_clients_by_them(make_stack: MakeStack) -> None:
    async with sandbox() as lab, make_stack(lab) as stack:
        admin, viewer = await stack.sign_in("admin"), await stack.sign_in("viewer")
        lab.nodes["ns1"].node.directory.sections["DhcpServer"].groups.pop("Everyone")
        path = "/api/nodes/ns1/logs?entriesPerPage=500"

        async with asyncio.timeout(8):
            # A busy node's list may come after the first page.
            while "clientName" not in (mine_text := (await stack.get(path, admin)).text):
                pass
        mine = json.loads(mine_text)["data"]["entries"]
        other = (await stack.get(path, viewer)).json()["data"]["entries"]

        named = {row["clientIpAddress"]: row["clientName"] for row in mine if "clientName" in row}
        assert named
        assert not any("clientName" in row for row in other)
        address, name = next(iter(named.items()))
        part = name[:4].upper()
        found = (await stack.get(f"{path}&clientIpAddress={part}", admin)).json()["data"]
        assert address in {row["clientIpAddress"] for row in found["entries"]}
        assert {row["clientName"][:4].upper() for row in found["entries"]} == {part}


@pytest.mark.parametrize("route", ["/api/nodes/ns2/logs?", "/api/nodes/logs/combined?nodes=ns2&"])
async def test_a_client_of_one_node_has_the_name_of_its_lease_at_another(
    make_stack: MakeStack, route: str
) -> None:
    async with sandbox() as lab, make_stack(lab) as stack:
        cookie = await stack.sign_in("admin")
        lab.nodes["ns2"].node.asked(Query(to="ns2", client="192.168.10.21", qname="seen.example"))

        found = (await stack.get(f"{route}clientIpAddress=anna-l&qname=seen.ex", cookie)).json()

        (entry,) = found.get("data", found)["entries"]
        assert entry["clientName"] == "anna-laptop.home.arpa"


async def test_a_file_of_one_node_has_the_names_of_leases_at_another(make_stack: MakeStack) -> None:
    async with sandbox() as lab, make_stack(lab) as stack:
        cookie = await stack.sign_in("admin")
        lab.nodes["ns2"].node.asked(Query(to="ns2", client="192.168.10.21", qname="seen.example"))

        found = await stack.get("/api/nodes/logs/export?nodes=ns2&qname=seen.ex", cookie)

        assert "192.168.10.21,anna-laptop.home.arpa," in found.text


async def test_a_tail_of_one_node_has_the_names_of_leases_at_another(make_stack: MakeStack) -> None:
    async with sandbox() as lab, make_stack(lab) as stack, served(stack.apps.public) as server:
        cookie = await stack.sign_in("admin")
        heads = {**FORWARDED, "Cookie": f"{COOKIE}={cookie}"}
        url = f"{server.url}/api/nodes/logs/tail?nodes=ns2&qname=seen.ex"
        async with httpx.AsyncClient(headers=heads) as http, events(http, url) as told:
            async for event in told:
                if event.name == "node":
                    lab.nodes["ns2"].node.asked(
                        Query(to="ns2", client="192.168.10.21", qname="seen.example")
                    )
                if event.name == "entries":
                    break

        assert [entry["clientName"] for entry in event.data["entries"]] == ["anna-laptop.home.arpa"]
