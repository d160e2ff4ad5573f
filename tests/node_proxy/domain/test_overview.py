"""What an overview makes of its parts."""

from typing import Any

import pytest
from companion.technitium.calls import APPS_LIST, SESSION_GET, STATS_GET, Call
from companion.technitium.errors import NodeError, NodeSessionExpired, NodeTimeout, NodeUnreachable
from node_proxy.domain.dashboard.course import LINES
from node_proxy.domain.overview import ask_overview, overview, uptime_s

from tests.node_proxy.domain.charts import counters
from tests.node_proxy.fakes import INFO, ScriptedNodes


@pytest.mark.parametrize("call", [STATS_GET, APPS_LIST])
async def test_session_that_ends_between_two_parts_ends_the_whole(call: Call) -> None:
    nodes = ScriptedNodes({SESSION_GET.path: INFO, call.path: NodeSessionExpired("ns1", "Gone.")})

    with pytest.raises(NodeSessionExpired):
        await ask_overview(nodes, "ns1")


async def test_node_that_does_not_say_what_it_is_has_no_overview() -> None:
    nodes = ScriptedNodes({SESSION_GET.path: NodeUnreachable("ns1", "Nothing listens.")})

    with pytest.raises(NodeUnreachable):
        await ask_overview(nodes, "ns1")


async def test_part_without_an_answer_says_why_in_words() -> None:
    late = NodeTimeout("ns1", "The node did not answer within 5 s.")
    parts = await ask_overview(ScriptedNodes({SESSION_GET.path: INFO, "apps/list": late}), "ns1")

    section = overview("ns1", parts, now=0.0, took_ms=0).sections["apps"]

    assert (section.state, section.code) == ("timeout", "node_timeout")
    assert section.message == "The node did not answer within 5 s."


def statistics(*labels: str, **told: int) -> dict[str, Any]:
    datasets = [{"label": name, "data": [1] * len(labels)} for name in LINES]
    return {
        "stats": counters(totalQueries=9, totalClients=2) | told,
        "mainChartData": {"labels": labels, "datasets": datasets},
    }


@pytest.mark.parametrize(
    ("day", "hour", "state"),
    [
        (statistics(), statistics(), "ok"),
        (statistics(), NodeTimeout("ns1", "Too late."), "timeout"),
        (NodeTimeout("ns1", "Too late."), statistics(), "timeout"),
        (statistics(), statistics("14:03"), "error"),
    ],
    ids=["both", "no hour", "no day", "hour without times"],
)
async def test_figures_need_the_day_and_the_hour(
    day: dict[str, Any] | NodeError, hour: dict[str, Any] | NodeError, state: str
) -> None:
    nodes = ScriptedNodes(
        {
            SESSION_GET.path: INFO,
            f"{STATS_GET.path} LastDay": day,
            f"{STATS_GET.path} LastHour": hour,
        }
    )

    answer = overview("ns1", await ask_overview(nodes, "ns1"), now=0.0, took_ms=0)

    assert answer.sections["stats"].state == state
    assert (answer.total_queries is not None) == (state == "ok")


@pytest.mark.parametrize(
    ("told", "expected"), [({"zones": 7}, 7), ({"zones": 0}, 0), ({}, None)], ids=str
)
async def test_zones_are_as_many_as_the_node_says_or_not_known(
    told: dict[str, int], expected: int | None
) -> None:
    nodes = ScriptedNodes({SESSION_GET.path: INFO, STATS_GET.path: statistics(**told)})

    answer = overview("ns1", await ask_overview(nodes, "ns1"), now=0.0, took_ms=0)

    assert (answer.total_zones, answer.total_queries) == (expected, 9)


@pytest.mark.parametrize(
    ("started_at", "expected"),
    [
        ("1970-01-01T00:00:01.5Z", 8),
        ("1970-01-01T00:00:30Z", 0),
        ("0001-01-01T00:00:00", None),
        ("soon", None),
        (None, None),
    ],
    ids=["started", "clock of the node is ahead", "never", "no time", "not told"],
)
def test_uptime_is_in_whole_seconds_or_not_known(
    started_at: str | None, expected: int | None
) -> None:
    assert uptime_s(started_at, now=10.0) == expected
