"""Statistics of one node and of all: the sums are the nodes' own, and who is missing is named."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from companion.clock import FixedClock
from companion.technitium.calls import STATS_GET

from tests.node_proxy.conftest import MakeStack, Stack
from tests.node_proxy.test_overview import ask, take_view

RANGES = ["LastHour", "LastDay", "LastWeek", "LastMonth", "LastYear"]


async def statistics(stack: Stack, cookie: str, kind: str, **params: str) -> dict[str, Any]:
    query = "&".join(f"{name}={value}" for name, value in {"type": kind, **params}.items())
    answer = await stack.get(f"/api/nodes/all/stats?{query}", cookie)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def calls(stack: Stack, node_id: str) -> list[str]:
    return [request.path for request in stack.lab.requests.of(node_id)]


@pytest.mark.parametrize("kind", RANGES)
async def test_sums_are_those_of_the_nodes(stack: Stack, kind: str) -> None:
    cookie = await stack.sign_in("admin")

    answer = await statistics(stack, cookie, kind)

    of_nodes = [node["stats"] for node in answer["nodes"]]
    assert answer["answered"] == answer["asked"] == len(of_nodes) == 3
    for counter in ("totalQueries", "totalBlocked", "totalCached", "totalNxDomain"):
        assert answer["sum"]["totals"][counter] == sum(one["totals"][counter] for one in of_nodes)
    assert sum(answer["sum"]["course"]["total"]) == answer["sum"]["totals"]["totalQueries"]
    assert answer["sum"]["totals"]["totalQueries"] > 0 or kind == "LastYear"
    most = max(one["totals"]["totalClients"] for one in of_nodes)
    assert answer["sum"]["totals"]["clientsAtLeast"] == most


async def test_last_day_ends_now(stack: Stack) -> None:
    stack.lab.clock.advance(3600 + (1800 - stack.lab.clock.now()) % 3600)
    cookie = await stack.sign_in("admin")
    day = await ask(stack, STATS_GET, {"type": "LastDay", "utc": "true"})
    hour = await ask(stack, STATS_GET, {"type": "LastHour", "utc": "true"})

    answer = await stack.get("/api/nodes/ns1/stats?type=LastDay", cookie)

    stats = answer.json()["stats"]
    minutes = next(
        one["data"] for one in hour["mainChartData"]["datasets"] if one["label"] == "Total"
    )
    assert len(stats["course"]["times"]) == 25
    assert stats["span"]["isLastRunning"] is True
    assert stats["course"]["total"][-1] == sum(minutes[-30:])
    assert stats["totals"]["totalQueries"] == day["stats"]["totalQueries"] + sum(minutes[-30:])
    end = datetime.fromtimestamp(stack.lab.clock.now() // 3600 * 3600 + 3600, UTC)
    assert stats["span"]["to"] == end.strftime("%Y-%m-%dT%H:%M:%S.000Z")


async def test_custom_range_is_the_nodes_own(stack: Stack) -> None:
    cookie = await stack.sign_in("admin")
    now = stack.lab.clock.now()
    start, end = (
        datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        for moment in (now - 10 * 3600, now - 3600)
    )
    node = await ask(
        stack, STATS_GET, {"type": "Custom", "start": start, "end": end, "utc": "true"}
    )

    answer = await stack.get(f"/api/nodes/ns1/stats?type=Custom&start={start}&end={end}", cookie)

    stats = answer.json()["stats"]
    assert stats["totals"]["totalQueries"] == node["stats"]["totalQueries"] > 0
    assert stats["span"]["unit"] == "hour"
    assert stats["span"]["isLastRunning"] is False


async def test_node_that_is_down_is_missing_by_name(stack: Stack) -> None:
    cookie = await stack.sign_in("admin")
    await stack.lab.stop("ns2")

    answer = await statistics(stack, cookie, "LastDay")

    assert answer["missing"] == ["ns2"]
    assert answer["answered"] == 2
    down = next(node for node in answer["nodes"] if node["nodeId"] == "ns2")
    assert (down["state"], down["code"]) == ("unreachable", "node_unreachable")
    assert "stats" not in down
    total = sum(node["stats"]["totals"]["totalQueries"] for node in answer["nodes"][::2])
    assert answer["sum"]["totals"]["totalQueries"] == total


async def test_node_that_hangs_costs_its_deadline_and_no_more(hasty_stack: Stack) -> None:
    cookie = await hasty_stack.sign_in("admin")
    hasty_stack.lab.faults.add("ns3", "hang")

    answer = await statistics(hasty_stack, cookie, "LastHour")

    assert [node["state"] for node in answer["nodes"]] == ["ok", "ok", "timeout"]


async def test_person_without_the_right_is_told_where(stack: Stack) -> None:
    await take_view(stack, "Dashboard")
    cookie = await stack.sign_in("viewer")

    answer = await statistics(stack, cookie, "LastHour")

    denied = answer["nodes"][0]
    assert (denied["state"], denied["section"], denied["permission"]) == (
        "denied",
        "Dashboard",
        "View",
    )
    assert answer["missing"] == ["ns1"]


async def test_nobody_answers_and_the_sum_is_null(stack: Stack) -> None:
    cookie = await stack.sign_in("admin")
    for node in ("ns1", "ns2", "ns3"):
        await stack.lab.stop(node)

    answer = await statistics(stack, cookie, "LastHour")

    assert answer["sum"] is None
    assert answer["answered"] == 0


@pytest.mark.parametrize(
    ("query", "field"),
    [("type=LastDecade", "type"), ("type=Custom&start=x&end=y", "start"), ("type=Custom", "start")],
)
async def test_bad_range_is_400_and_no_node_is_asked(stack: Stack, query: str, field: str) -> None:
    cookie = await stack.sign_in("admin")
    stack.lab.requests.clear()

    for path in ("all", "ns1"):
        answer = await stack.get(f"/api/nodes/{path}/stats?{query}", cookie)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")
        assert answer.json()["field"] == field
    assert calls(stack, "ns1") == []


async def test_overviews_of_all_nodes_come_with_their_sum(stack: Stack) -> None:
    cookie = await stack.sign_in("admin")
    await stack.lab.stop("ns3")

    answer = (await stack.get("/api/nodes/all/overview", cookie)).json()

    shown = [node["overview"] for node in answer["nodes"][:2]]
    assert answer["totalQueries"] == sum(one["totalQueries"] for one in shown) > 0
    assert answer["missing"] == ["ns3"]
    assert answer["nodes"][2]["code"] == "node_unreachable"


STATISTICS = ["/api/dashboard/stats/get"] * 2
SLOW = ["/api/apps/list", "/api/user/session/get"]
EVERYTHING = sorted(SLOW + STATISTICS)


async def costs(stack: Stack, cookie: str, *paths: str, **headers: str) -> list[list[str]]:
    """What each node is asked when a page asks for all of that at once."""
    stack.lab.requests.clear()
    await asyncio.gather(*(stack.get(path, cookie, **headers) for path in paths))
    return [sorted(calls(stack, node)) for node in ("ns1", "ns2", "ns3")]


@pytest.mark.parametrize("path", ["/api/nodes/ns1/overview", "/api/nodes/all/overview"])
async def test_overview_costs_two_calls_and_once_a_minute_two_more(
    make_stack: MakeStack, path: str
) -> None:
    clock = FixedClock(1_000.0)
    async with make_stack(clock=clock) as stack:
        cookie = await stack.sign_in("admin")
        counted = []
        for seconds in (0, 1, 10, 60):
            clock.advance(seconds)
            counted.append((await costs(stack, cookie, path))[0])

    assert counted == [EVERYTHING, [], STATISTICS, EVERYTHING]


OF_EACH = [f"/api/nodes/{node}/overview" for node in ("ns1", "ns2", "ns3")]


@pytest.mark.parametrize("overviews", [OF_EACH, ["/api/nodes/all/overview"]], ids=["each", "all"])
async def test_overview_costs_two_calls_after_what_the_page_asks_at_its_start(
    make_stack: MakeStack, overviews: list[str]
) -> None:
    clock = FixedClock(1_000.0)
    async with make_stack(clock=clock) as stack:
        cookie = await stack.sign_in("admin")
        start = ["/api/nodes", *OF_EACH, "/api/nodes/all/stats?type=LastDay"]

        begun = await costs(stack, cookie, *start, cache_control="no-cache")
        clock.advance(30)
        again = await costs(stack, cookie, *overviews)

    assert begun == [EVERYTHING] * 3
    assert again == [STATISTICS] * 3


@pytest.mark.parametrize("overviews", [OF_EACH, ["/api/nodes/all/overview"]], ids=["each", "all"])
async def test_overview_costs_two_calls_for_whoever_asked_for_the_nodes_and_their_apps(
    make_stack: MakeStack, overviews: list[str]
) -> None:
    clock = FixedClock(1_000.0)
    async with make_stack(clock=clock) as stack:
        cookie = await stack.sign_in("admin")
        apps = [f"/api/nodes/{node}/apps" for node in ("ns1", "ns2", "ns3")]

        before = await costs(stack, cookie, "/api/nodes", *apps)
        clock.advance(30)
        after = await costs(stack, cookie, *overviews)

    assert before == [SLOW] * 3
    assert after == [STATISTICS] * 3


async def test_whoever_wants_to_see_it_now_is_told_what_is_so_now(make_stack: MakeStack) -> None:
    clock = FixedClock(1_000.0)
    async with make_stack(clock=clock) as stack:
        cookie = await stack.sign_in("admin")
        await stack.get("/api/nodes/ns1/overview", cookie)
        await stack.lab.stop("ns1")
        clock.advance(1)

        remembered = await stack.get("/api/nodes/ns1/overview", cookie)
        now = await stack.get("/api/nodes/ns1/overview", cookie, cache_control="no-cache")

    assert remembered.status_code == 200
    assert (now.status_code, now.json()["code"]) == (502, "node_unreachable")


async def test_pages_that_ask_at_once_cost_one_call_each(stack: Stack) -> None:
    cookie = await stack.sign_in("admin")
    stack.lab.requests.clear()

    await asyncio.gather(
        *(stack.get("/api/nodes/all/stats?type=LastDay", cookie) for _ in range(8))
    )

    assert calls(stack, "ns1") == STATISTICS


@pytest.mark.parametrize(
    "path",
    ["/api/nodes/ns1/overview", "/api/nodes/all/overview", "/api/nodes/all/stats?type=LastDay"],
)
async def test_no_answer_of_one_person_reaches_another(stack: Stack, path: str) -> None:
    await take_view(stack, "Dashboard")
    admin, viewer = await stack.sign_in("admin"), await stack.sign_in("viewer")

    seen = await stack.get(path, admin)
    unseen = await stack.get(path, viewer)

    assert '"totalQueries"' in seen.text
    assert "node_permission_denied" not in seen.text
    assert "node_permission_denied" in unseen.text
