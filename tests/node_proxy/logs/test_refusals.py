"""What cannot be meant is refused by name before a node is asked; what fails is said by name."""

import asyncio
import time

import pytest
from technitium_sandbox.demonstration.nodes import add_user
from technitium_sandbox.node import Node

from tests.node_proxy.conftest import MakeStack, Stack
from tests.support.query_logs import held
from tests.support.sandbox import Sandbox, sandbox

BAD = [
    ("pageNumber", "0"),
    ("pageNumber", "-1"),
    ("pageNumber", "1e3"),
    ("pageNumber", "٣"),
    ("entriesPerPage", "1.5"),
    ("entriesPerPage", "0"),
    ("entriesPerPage", "1001"),
    ("start", "yesterday"),
    ("end", "2026-13-01"),
    ("rcode", "Nothing"),
    ("qtype", "NOPE"),
    ("qtype", "65536"),
    ("qclass", "XX"),
    ("protocol", "carrier pigeon"),
    ("responseType", "BlockedEDNS"),
    ("statusFilter", "maybe"),
    ("descendingOrder", "down"),
    ("deduplicateDomains", "2"),
    ("deduplicatePerClient", "yes"),
    ("disableCache", "perhaps"),
    ("qname", "***"),
    ("qname", "a" * 300),
    ("clientIpAddress", "x" * 300),
    ("nodes", "ns1,ns9"),
    ("cursor", "nonsense"),
    ("cursor", "e30"),
    ("name", "Query Logs (Sqlite)"),
]


@pytest.mark.parametrize("path", ["/api/nodes/logs/combined", "/api/nodes/ns1/logs"])
async def test_a_wrong_value_is_named_and_no_node_is_asked(logs_stack: Stack, path: str) -> None:
    cookie = await logs_stack.sign_in("admin")
    logs_stack.lab.requests.clear()

    for name, value in BAD:
        answer = await logs_stack.http.get(
            path,
            params={name: value},
            headers={"Cookie": f"__Host-tdc_session={cookie}"},
        )

        assert answer.status_code == 400, (name, value, answer.text)
        expected = "classPath" if name == "name" else name
        assert answer.json()["field"] == expected
        assert f'"{expected}"' in answer.json()["message"]
    assert not [each for each in logs_stack.lab.requests.of("ns1") if "logs" in each.path]


async def test_the_companions_words_are_kept(logs_stack: Stack) -> None:
    cookie = await logs_stack.sign_in("admin")

    async def message(query: str) -> str:
        answer = await logs_stack.get(f"/api/nodes/logs/combined?{query}", cookie)
        text: str = answer.json()["message"]
        return text

    assert await message("pageNumber=x") == '"pageNumber" must be a positive integer.'
    assert await message("descendingOrder=x") == '"descendingOrder" must be "true" or "false".'
    assert await message("statusFilter=x") == '"statusFilter" must be "blocked" or "allowed".'


async def test_a_cursor_of_another_search_is_refused(logs_stack: Stack) -> None:
    cookie = await logs_stack.sign_in("admin")
    first = await logs_stack.get("/api/nodes/logs/combined?qtype=A", cookie)
    cursor = first.json()["nextCursor"]

    answer = await logs_stack.get(f"/api/nodes/logs/combined?qtype=AAAA&cursor={cursor}", cookie)

    assert answer.status_code == 400
    assert answer.json()["field"] == "cursor"


async def test_a_node_that_hangs_costs_its_own_rows_and_is_named(
    logs_lab: Sandbox, make_stack: MakeStack
) -> None:
    async with make_stack(logs_lab, node_deadline_s=1.0) as stack:
        cookie = await stack.sign_in("admin")
        logs_lab.faults.add("ns2", "hang", path="/api/logs/query")
        began = time.monotonic()

        answer = await stack.get("/api/nodes/logs/combined?pageNumber=5", cookie)

        assert time.monotonic() - began < 2.5
        found = answer.json()
        rows = [each for each in held(logs_lab) if each.node_id != "ns2"]
        assert found["totalMatchingEntries"] == len(rows)
        assert found["totalIsLowerBound"] is True
        assert len(found["entries"]) == 50
        states = {node["nodeId"]: node["state"] for node in found["nodes"]}
        assert states == {"ns1": "ok", "ns2": "timeout", "ns3": "ok"}
        assert found["nodes"][1]["error"]
        assert found["nodes"][1]["tookMs"] >= 1000


async def test_searches_that_read_everything_do_not_wait_for_a_silent_node_in_turn(
    logs_lab: Sandbox, make_stack: MakeStack
) -> None:
    async with make_stack(logs_lab, node_deadline_s=1.0) as stack:
        cookie = await stack.sign_in("admin")
        logs_lab.faults.add("ns2", "hang", path="/api/logs/query")
        path = "/api/nodes/logs/combined?deduplicateDomains=true&rcode=Refused"
        await stack.get("/api/nodes/logs/combined?nodes=ns1", cookie)
        began = time.monotonic()

        answers = await asyncio.gather(*(stack.get(path, cookie) for _ in range(12)))

        # Two at a time, each a second: six seconds.
        assert time.monotonic() - began < 4.5
        for answer in answers:
            states = {node["nodeId"]: node["state"] for node in answer.json()["nodes"]}
            assert states == {"ns1": "ok", "ns2": "timeout", "ns3": "ok"}


async def test_who_may_not_see_logs_is_told_which_right_is_missing(make_stack: MakeStack) -> None:
    async with sandbox() as lab, make_stack(lab) as stack:
        lab.nodes["ns2"].node.directory.user("viewer").groups.clear()
        cookie = await stack.sign_in("viewer")

        found = (await stack.get("/api/nodes/logs/combined", cookie)).json()
        alone = await stack.get("/api/nodes/ns2/logs", cookie)

        assert (
            found["nodes"][1]
            | {
                "state": "denied",
                "code": "node_permission_denied",
                "section": "Logs",
                "permission": "View",
            }
            == found["nodes"][1]
        )
        assert "totalEntries" not in found["nodes"][1]
        assert alone.status_code == 403
        assert alone.json()["section"] == "Logs"


async def test_rows_of_one_person_never_reach_another(logs_stack: Stack) -> None:
    """Also right after each other, and where the other has read everything."""
    lab = logs_stack.lab
    for stand in lab.nodes.values():
        _add_nobody(stand.node)
    admin, nobody = await logs_stack.sign_in("admin"), await logs_stack.sign_in("nobody")
    for path in (
        "/api/nodes/logs/combined",
        "/api/nodes/logs/combined?deduplicateDomains=true",
        "/api/nodes/logs/combined?clientIpAddress=168",
        "/api/nodes/ns1/logs",
    ):
        mine = await logs_stack.get(path, admin)
        other = await logs_stack.get(path, nobody)

        assert mine.status_code == 200
        assert b"192.168" in mine.content
        assert b"192.168" not in other.content
        assert other.status_code == (403 if "ns1" in path else 200)


async def test_a_node_without_a_log_app_says_what_to_do(logs_stack: Stack) -> None:
    cookie = await logs_stack.sign_in("admin")
    logs_stack.lab.nodes["ns3"].node.apps.uninstall("Query Logs (Sqlite)")

    found = (await logs_stack.get("/api/nodes/logs/combined", cookie)).json()
    alone = await logs_stack.get("/api/nodes/ns3/logs", cookie)

    assert found["nodes"][2]["state"] == "no_query_logs"
    assert "Install" in found["nodes"][2]["message"]
    assert found["totalIsLowerBound"] is False
    assert alone.status_code == 409
    assert alone.json()["code"] == "no_query_logs"


def _add_nobody(node: Node) -> None:
    add_user(node, "nobody", password="nobody", display_name="Nobody")
    node.directory.user("nobody").groups.clear()
