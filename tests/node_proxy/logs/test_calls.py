"""Calls made to nodes are few: they are counted here."""

import pytest

from tests.node_proxy.conftest import Stack


def asked(stack: Stack, path: str) -> dict[str, int]:
    return {name: len(stack.lab.requests.of(name, path)) for name in stack.lab.nodes}


async def test_a_first_page_is_one_call_to_each_node(logs_stack: Stack) -> None:
    cookie = await logs_stack.sign_in("admin")
    logs_stack.lab.requests.clear()

    for _ in range(3):
        await logs_stack.get("/api/nodes/logs/combined", cookie)

    assert asked(logs_stack, "/api/logs/query") == {"ns1": 3, "ns2": 3, "ns3": 3}
    assert asked(logs_stack, "/api/apps/list") == {"ns1": 0, "ns2": 0, "ns3": 0}
    assert asked(logs_stack, "/api/dhcp/leases/list") == {"ns1": 1, "ns2": 1, "ns3": 1}


@pytest.mark.parametrize("query", ["", "pageNumber=4", "qname=home&qtype=A", "responseType=Cached"])
async def test_any_page_of_one_node_is_one_call(logs_stack: Stack, query: str) -> None:
    cookie = await logs_stack.sign_in("admin")
    logs_stack.lab.requests.clear()

    await logs_stack.get(f"/api/nodes/ns2/logs?{query}", cookie)

    assert asked(logs_stack, "/api/logs/query") == {"ns1": 0, "ns2": 1, "ns3": 0}


async def test_a_page_by_cursor_is_one_call_to_each_node(logs_stack: Stack) -> None:
    cookie = await logs_stack.sign_in("admin")
    first = await logs_stack.get("/api/nodes/logs/combined", cookie)
    logs_stack.lab.requests.clear()

    await logs_stack.get(f"/api/nodes/logs/combined?cursor={first.json()['nextCursor']}", cookie)

    assert asked(logs_stack, "/api/logs/query") == {"ns1": 1, "ns2": 1, "ns3": 1}


async def test_a_page_far_down_takes_a_few(logs_stack: Stack) -> None:
    cookie = await logs_stack.sign_in("admin")
    logs_stack.lab.requests.clear()

    await logs_stack.get("/api/nodes/logs/combined?pageNumber=60&entriesPerPage=20", cookie)

    assert max(asked(logs_stack, "/api/logs/query").values()) <= 6
