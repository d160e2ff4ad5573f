"""Names of clients come from leases that the person may see, and reach nobody else."""

import asyncio
import json
import time

from companion.technitium.errors import NodePermissionDenied
from node_proxy.domain.logs.lease_names import KEPT_S, LeaseNames

from tests.node_proxy.conftest import MakeStack
from tests.node_proxy.fakes import ScriptedNodes
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
