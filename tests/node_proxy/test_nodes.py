"""GET /api/nodes and /api/nodes/{id}/cluster/state: every node, by its own word."""

import asyncio
from typing import Any

from companion.sessions.record import NodeGrant, NodeState

from tests.node_proxy.conftest import SHORT_DEADLINE_S, MakeStack, Stack
from tests.support.sandbox import fresh_nodes


async def rows(stack: Stack, cookie: str) -> dict[str, dict[str, Any]]:
    answer = await stack.get("/api/nodes", cookie)
    assert answer.status_code == 200
    return {row["id"]: row for row in answer.json()}


async def test_every_node_of_a_cluster_tells_its_part(stack: Stack) -> None:
    cookie = await stack.sign_in("admin")

    answer = (await stack.get("/api/nodes", cookie)).json()

    took_ms = [row.pop("tookMs") for row in answer]
    assert all(isinstance(took, int) and took >= 0 for took in took_ms)
    assert answer == [
        {
            "id": name,
            "name": name,
            "baseUrl": stack.lab.nodes[name].url,
            "clusterState": {
                "initialized": True,
                "domain": "home.arpa",
                "dnsServerDomain": f"{name}.home.arpa",
                "type": "Primary" if name == "ns1" else "Secondary",
                "health": "Connected",
            },
            "isPrimary": name == "ns1",
            "state": "ok",
            "version": "15.2",
            "insecureTransport": True,
        }
        for name in ("ns1", "ns2", "ns3")
    ]


async def test_person_with_few_rights_sees_the_same_nodes(stack: Stack) -> None:
    seen = await rows(stack, await stack.sign_in("viewer"))

    assert {row["clusterState"]["type"] for row in seen.values()} == {"Primary", "Secondary"}


async def test_stopped_node_is_unreachable_and_the_others_are_there(stack: Stack) -> None:
    cookie = await stack.sign_in("admin")
    await stack.lab.stop("ns3")

    seen = await rows(stack, cookie)

    assert seen["ns3"]["state"] == "unreachable"
    assert seen["ns3"]["code"] == "node_unreachable"
    assert seen["ns3"]["reason"]
    assert seen["ns3"]["clusterState"]["health"] == "Unreachable"
    assert (seen["ns1"]["state"], seen["ns2"]["state"]) == ("ok", "ok")


async def test_stopped_primary_is_unknown_and_nobody_takes_its_place(stack: Stack) -> None:
    cookie = await stack.sign_in("admin")
    await stack.lab.stop("ns1")

    seen = await rows(stack, cookie)

    assert seen["ns1"]["clusterState"] == {
        "initialized": None,
        "type": "Unknown",
        "health": "Unreachable",
    }
    assert [row["isPrimary"] for row in seen.values()] == [False, False, False]
    assert seen["ns2"]["clusterState"]["type"] == "Secondary"


async def test_hanging_node_times_out_at_its_own_deadline(hasty_stack: Stack) -> None:
    cookie = await hasty_stack.sign_in("admin")
    hasty_stack.lab.faults.add("ns2", "hang")

    async with asyncio.timeout(SHORT_DEADLINE_S * 10):
        seen = await rows(hasty_stack, cookie)

    assert seen["ns2"]["state"] == "timeout"
    assert seen["ns2"]["code"] == "node_timeout"
    assert seen["ns2"]["tookMs"] >= SHORT_DEADLINE_S * 1000
    assert (seen["ns1"]["state"], seen["ns3"]["state"]) == ("ok", "ok")


async def test_three_hanging_nodes_take_one_deadline(hasty_stack: Stack) -> None:
    cookie = await hasty_stack.sign_in("admin")
    for name in hasty_stack.lab.nodes:
        hasty_stack.lab.faults.add(name, "hang")

    async with asyncio.timeout(SHORT_DEADLINE_S * 2.5):
        seen = await rows(hasty_stack, cookie)

    assert {row["state"] for row in seen.values()} == {"timeout"}


async def test_node_without_a_token_is_signed_out_and_not_asked(stack: Stack) -> None:
    cookie = await stack.sign_in("admin", at=("ns1",))
    stack.lab.requests.clear()

    seen = await rows(stack, cookie)

    assert seen["ns2"]["state"] == "signed_out"
    assert seen["ns2"]["code"] == "node_session_expired"
    assert "Sign in" in seen["ns2"]["reason"]
    assert stack.lab.requests.of("ns2") == []


async def test_node_that_was_down_at_sign_in_says_so(stack: Stack) -> None:
    down = NodeGrant(state=NodeState.UNREACHABLE, reason="Nothing listened there.")

    seen = await rows(stack, await stack.sign_in("admin", at=("ns1",), ns3=down))

    assert seen["ns3"]["state"] == "signed_out"
    assert "When you signed in: Nothing listened there." in seen["ns3"]["reason"]


async def test_node_that_lost_its_sessions_is_signed_out_in_the_session_too(stack: Stack) -> None:
    cookie = await stack.sign_in("admin")
    stack.lab.faults.add("ns2", "lose-sessions")

    seen = await rows(stack, cookie)

    assert {name: row["state"] for name, row in seen.items()} == {
        "ns1": "ok",
        "ns2": "signed_out",
        "ns3": "ok",
    }
    grants = (await stack.session(cookie)).record.nodes
    assert grants["ns2"].state is NodeState.SIGNED_OUT
    assert grants["ns2"].token is None
    assert grants["ns1"].token is not None


async def test_all_nodes_that_lost_their_sessions_are_marked_together(stack: Stack) -> None:
    cookie = await stack.sign_in("admin")
    for name in stack.lab.nodes:
        stack.lab.faults.add(name, "lose-sessions")

    await rows(stack, cookie)

    grants = (await stack.session(cookie)).record.nodes
    assert [grant.token for grant in grants.values()] == [None, None, None]


async def test_web_page_in_place_of_a_node_is_an_error_of_that_node(stack: Stack) -> None:
    cookie = await stack.sign_in("admin")
    stack.lab.faults.add("ns2", "garbage")

    seen = await rows(stack, cookie)

    assert (seen["ns2"]["state"], seen["ns2"]["code"]) == ("error", "node_error")


async def test_node_alone_is_standalone_and_no_primary(make_stack: MakeStack) -> None:
    async with fresh_nodes(names=("dns",)) as lab, make_stack(lab) as stack:
        seen = await rows(stack, await stack.sign_in("admin"))

    assert seen["dns"]["clusterState"] == {
        "initialized": False,
        "dnsServerDomain": "dns",
        "type": "Standalone",
        "health": "Connected",
    }
    assert seen["dns"]["isPrimary"] is False


async def test_cluster_state_is_what_that_node_says(stack: Stack) -> None:
    cookie = await stack.sign_in("viewer")

    answer = await stack.get("/api/nodes/ns2/cluster/state", cookie)

    assert answer.json() == {
        "initialized": True,
        "domain": "home.arpa",
        "dnsServerDomain": "ns2.home.arpa",
        "type": "Secondary",
        "health": "Connected",
    }


async def test_cluster_state_of_a_stopped_node_is_a_problem(stack: Stack) -> None:
    cookie = await stack.sign_in("admin")
    await stack.lab.stop("ns2")

    answer = await stack.get("/api/nodes/ns2/cluster/state", cookie)

    assert answer.status_code == 502
    assert answer.json()["code"] == "node_unreachable"
    assert answer.json()["nodeId"] == "ns2"
