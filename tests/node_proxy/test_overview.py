"""GET /api/nodes/{id}/overview: a missing right costs its part, a missing node the whole."""

import asyncio
from typing import Any

import pytest
from companion.sessions.record import NodeState
from companion.technitium.calls import STATS_GET, ZONES_LIST, Call

from tests.node_proxy.conftest import SHORT_DEADLINE_S, MakeStack, Stack

ADMIN_PERMISSIONS_SET = Call(path="admin/permissions/set", section="Administration", changes=True)


async def ask(
    stack: Stack, call: Call, params: dict[str, str], *, user: str = "admin", node: str = "ns1"
) -> dict[str, Any]:
    """What the node itself says, asked without the proxy."""
    grant = await stack.grant(user, node)
    assert grant.token is not None
    return await stack.pool[node].call(
        call, params, token=grant.token, version=grant.version, deadline_s=5
    )


async def take_view(stack: Stack, section: str) -> None:
    """Nobody but administrators may view that section of ns1 any more."""
    await ask(
        stack,
        ADMIN_PERMISSIONS_SET,
        {"section": section, "groupPermissions": "Administrators|true|true|true"},
    )


async def test_administrator_sees_everything(stack: Stack) -> None:
    cookie = await stack.sign_in("admin")

    answer = (await stack.get("/api/nodes/ns1/overview", cookie)).json()

    assert answer["nodeId"] == "ns1"
    assert answer["version"] == "15.2"
    assert answer["uptime"] >= 0
    assert answer["totalApps"] == 2
    assert answer["hasAdvancedBlocking"] is True
    assert answer["sections"] == {name: {"state": "ok"} for name in ("stats", "apps")}


async def test_figures_are_the_days_and_those_of_the_running_hour(stack: Stack) -> None:
    # Half past, so that the running hour has minutes whenever the tests run.
    stack.lab.clock.advance(3600 + (1800 - stack.lab.clock.now()) % 3600)
    cookie = await stack.sign_in("admin")
    day = (await ask(stack, STATS_GET, {"type": "LastDay", "utc": "true"}))["stats"]
    hour = (await ask(stack, STATS_GET, {"type": "LastHour", "utc": "true"}))["mainChartData"]
    zones = await ask(stack, ZONES_LIST, {})

    answer = (await stack.get("/api/nodes/ns1/overview", cookie)).json()

    series = {one["label"]: one["data"] for one in hour["datasets"]}
    assert answer["totalQueries"] == day["totalQueries"] + sum(series["Total"][-30:])
    assert answer["totalBlockedQueries"] == day["totalBlocked"] + sum(series["Blocked"][-30:])
    assert answer["totalClients"] == day["totalClients"]
    assert answer["totalQueries"] > day["totalQueries"] > 0
    assert answer["totalZones"] == len(zones["zones"]) > 0


@pytest.mark.parametrize("user", ["viewer", "dhcp"])
async def test_person_sees_what_everyone_may_and_how_many_zones_the_node_has(
    stack: Stack, user: str
) -> None:
    zones = await ask(stack, ZONES_LIST, {})
    cookie = await stack.sign_in(user)

    answer = (await stack.get("/api/nodes/ns1/overview", cookie)).json()

    assert answer["totalZones"] == len(zones["zones"])
    assert answer["totalQueries"] > 0
    assert {part["state"] for part in answer["sections"].values()} == {"ok"}


async def test_missing_right_costs_its_part_and_is_named(stack: Stack) -> None:
    await take_view(stack, "Dashboard")
    cookie = await stack.sign_in("viewer")

    answer = (await stack.get("/api/nodes/ns1/overview", cookie)).json()

    assert answer["totalQueries"] is None
    assert answer["totalBlockedQueries"] is None
    assert answer["totalClients"] is None
    assert answer["totalZones"] is None
    assert answer["totalApps"] == 2
    assert answer["version"] == "15.2"
    denied = answer["sections"]["stats"]
    assert denied["state"] == "denied"
    assert denied["code"] == "node_permission_denied"
    assert (denied["section"], denied["permission"]) == ("Dashboard", "View")
    assert answer["sections"]["apps"] == {"state": "ok"}


async def test_right_counts_only_on_the_node_that_it_protects(stack: Stack) -> None:
    await take_view(stack, "Dashboard")
    cookie = await stack.sign_in("viewer")

    answer = (await stack.get("/api/nodes/ns2/overview", cookie)).json()

    assert answer["sections"]["stats"] == {"state": "ok"}


async def test_part_that_hangs_is_told_while_the_rest_is_there(make_stack: MakeStack) -> None:
    # Simulated statistics take their time in this very process, so the rest needs some.
    async with make_stack(node_deadline_s=3.0) as stack:
        cookie = await stack.sign_in("admin")
        stack.lab.faults.add("ns1", "hang", path="/api/apps/list")

        answer = (await stack.get("/api/nodes/ns1/overview", cookie)).json()

    assert answer["sections"]["apps"]["state"] == "timeout"
    assert answer["sections"]["apps"]["code"] == "node_timeout"
    assert answer["totalApps"] is None
    assert answer["hasAdvancedBlocking"] is None
    assert answer["totalZones"] > 0


async def test_part_that_is_no_answer_is_an_error_of_that_part(stack: Stack) -> None:
    cookie = await stack.sign_in("admin")
    stack.lab.faults.add("ns1", "garbage", path="/api/dashboard/stats/get")

    answer = (await stack.get("/api/nodes/ns1/overview", cookie)).json()

    assert answer["sections"]["stats"]["state"] == "error"
    assert (answer["totalQueries"], answer["totalZones"]) == (None, None)
    assert answer["totalApps"] == 2


async def test_parts_are_asked_at_the_same_time(stack: Stack) -> None:
    cookie = await stack.sign_in("admin")
    stack.lab.faults.add("ns1", "slow", seconds=0.5)

    answer = (await stack.get("/api/nodes/ns1/overview", cookie)).json()

    assert 500 <= answer["tookMs"] < 5 * 500


async def test_stopped_node_is_502(stack: Stack) -> None:
    cookie = await stack.sign_in("admin")
    await stack.lab.stop("ns1")

    answer = await stack.get("/api/nodes/ns1/overview", cookie)

    assert answer.status_code == 502
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert (answer.json()["code"], answer.json()["nodeId"]) == ("node_unreachable", "ns1")


async def test_hanging_node_is_504_and_keeps_nobody_else_waiting(hasty_stack: Stack) -> None:
    cookie = await hasty_stack.sign_in("admin")
    hasty_stack.lab.faults.add("ns1", "hang")

    hanging = asyncio.create_task(hasty_stack.get("/api/nodes/ns1/overview", cookie))
    for _ in range(3):
        healthy = await hasty_stack.get("/api/nodes/ns2/cluster/state", cookie)
        assert healthy.status_code == 200
        assert not hanging.done()
    async with asyncio.timeout(SHORT_DEADLINE_S * 10):
        answer = await hanging

    assert answer.status_code == 504
    assert answer.json()["code"] == "node_timeout"


@pytest.mark.parametrize("kind", ["garbage", "cut", "status"])
async def test_what_is_no_answer_is_502_in_words(stack: Stack, kind: str) -> None:
    cookie = await stack.sign_in("admin")
    stack.lab.faults.add("ns1", kind)

    answer = await stack.get("/api/nodes/ns1/overview", cookie)

    assert answer.status_code == 502
    assert answer.json()["code"] in {"node_error", "node_unreachable"}
    assert "<html" not in answer.text.lower()


async def test_node_nobody_is_signed_in_to_is_409_and_not_asked(stack: Stack) -> None:
    cookie = await stack.sign_in("admin", at=("ns2",))
    stack.lab.requests.clear()

    answer = await stack.get("/api/nodes/ns1/overview", cookie)

    assert answer.status_code == 409
    assert answer.json()["code"] == "node_session_expired"
    assert stack.lab.requests.of("ns1") == []


async def test_session_lost_at_the_node_is_409_and_marked(stack: Stack) -> None:
    cookie = await stack.sign_in("admin")
    stack.lab.faults.add("ns1", "lose-sessions")

    answer = await stack.get("/api/nodes/ns1/overview", cookie)

    assert answer.status_code == 409
    assert answer.json()["code"] == "node_session_expired"
    assert answer.json()["nodeId"] == "ns1"
    grants = (await stack.session(cookie)).record.nodes
    assert grants["ns1"].state is NodeState.SIGNED_OUT
    assert grants["ns1"].reason
    assert grants["ns2"].state is NodeState.SIGNED_IN


async def test_token_marked_once_is_not_sent_again(stack: Stack) -> None:
    cookie = await stack.sign_in("admin")
    stack.lab.faults.add("ns1", "lose-sessions")
    await stack.get("/api/nodes/ns1/overview", cookie)
    stack.lab.requests.clear()

    await stack.get("/api/nodes/ns1/overview", cookie)

    assert stack.lab.requests.of("ns1") == []
