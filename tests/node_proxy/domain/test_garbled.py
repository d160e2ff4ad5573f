"""A node that answers in a wrong shape is a garbled node, never a fault of ours."""

from typing import Any

import pytest
from companion.technitium.calls import APPS_LIST, CLUSTER_STATE, SESSION_GET, STATS_GET
from companion.technitium.errors import NodeGarbled
from hypothesis import given
from hypothesis import strategies as st
from node_proxy.domain.answer import ask, ask_info
from node_proxy.domain.apps import AppsList
from node_proxy.domain.cluster_settings import cluster_settings
from node_proxy.domain.dashboard.node_answer import Statistics
from node_proxy.domain.overview import ask_overview, overview

from tests.node_proxy.domain.charts import counters
from tests.node_proxy.fakes import INFO, ScriptedNodes

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


def statistics(**changed: object) -> dict[str, Any]:
    return {
        "stats": counters(totalQueries=9, totalClients=2) | changed,
        "mainChartData": {"labels": [], "datasets": []},
    }


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"stats": {}, "mainChartData": {}},
        {"stats": [], "mainChartData": None},
        statistics(totalQueries="9"),
        statistics(totalQueries=True),
        statistics(totalQueries=-1),
        statistics(totalQueries=10**40),
        statistics(totalQueries=1.5),
    ],
)
async def test_statistics_of_a_wrong_shape_are_garbled(body: dict[str, Any]) -> None:
    nodes = ScriptedNodes({STATS_GET.path: body})

    with pytest.raises(NodeGarbled):
        await ask(nodes, "ns1", STATS_GET, Statistics)


async def test_error_names_the_field_and_not_what_stood_there() -> None:
    nodes = ScriptedNodes({STATS_GET.path: statistics(totalQueries="a secret")})

    with pytest.raises(NodeGarbled, match="totalQueries") as raised:
        await ask(nodes, "ns1", STATS_GET, Statistics)

    assert "a secret" not in str(raised.value)


@pytest.mark.parametrize("body", [{}, {"info": None}, {"info": {}}, {**INFO, "username": 7}])
async def test_session_information_of_a_wrong_shape_is_garbled(body: dict[str, Any]) -> None:
    with pytest.raises(NodeGarbled):
        await ask_info(ScriptedNodes({SESSION_GET.path: body}), "ns1")


@pytest.mark.parametrize("seconds", ["30", None, -1, 10**20])
async def test_intervals_of_a_wrong_shape_are_garbled(seconds: object) -> None:
    body = {
        "clusterInitialized": True,
        "heartbeatRefreshIntervalSeconds": seconds,
        "heartbeatRetryIntervalSeconds": 10,
        "configRefreshIntervalSeconds": 900,
        "configRetryIntervalSeconds": 60,
    }

    with pytest.raises(NodeGarbled):
        await cluster_settings(ScriptedNodes({CLUSTER_STATE.path: body}), "ns1")


@given(body=st.dictionaries(st.text(), json_values))
async def test_no_json_at_all_is_a_fault_of_ours(body: dict[str, Any]) -> None:
    nodes = ScriptedNodes(dict.fromkeys((STATS_GET.path, APPS_LIST.path), body))
    for call, shape in ((STATS_GET, Statistics), (APPS_LIST, AppsList)):
        try:
            await ask(nodes, "ns1", call, shape)
        except NodeGarbled:
            continue


async def test_garbled_parts_leave_what_the_node_says_of_itself() -> None:
    parts = await ask_overview(ScriptedNodes({SESSION_GET.path: INFO}), "ns1")

    answer = overview("ns1", parts, now=1_785_074_595.0, took_ms=3)

    assert answer.version == "15.2"
    assert answer.uptime == 9
    assert {part.state for part in answer.sections.values()} == {"error"}
    assert (answer.total_queries, answer.total_zones, answer.total_apps) == (None, None, None)
