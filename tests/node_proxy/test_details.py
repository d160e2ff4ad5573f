"""The smaller answers: apps of a node, intervals of its cluster, the figures for Prometheus."""

from prometheus_client.parser import text_string_to_metric_families

from tests.node_proxy.conftest import MakeStack, Stack
from tests.support.asgi import running
from tests.support.sandbox import fresh_nodes

DEFAULTS = {
    "heartbeatRefreshIntervalSeconds": 30,
    "heartbeatRetryIntervalSeconds": 10,
    "configRefreshIntervalSeconds": 900,
    "configRetryIntervalSeconds": 60,
}


async def test_apps_are_listed_with_their_versions(stack: Stack) -> None:
    cookie = await stack.sign_in("viewer")

    answer = (await stack.get("/api/nodes/ns1/apps", cookie)).json()

    assert [(app["name"], app["version"]) for app in answer["apps"]] == [
        ("Advanced Blocking", "11.0"),
        ("Query Logs (Sqlite)", "9.1"),
    ]
    assert answer["nodeId"] == "ns1"
    assert answer["hasAdvancedBlocking"] is True
    assert answer["fetchedAt"].endswith("Z")


async def test_cluster_settings_are_the_nodes_own_for_who_may_read_them(stack: Stack) -> None:
    cookie = await stack.sign_in("admin")

    answer = (await stack.get("/api/nodes/ns1/cluster/settings", cookie)).json()

    assert answer == DEFAULTS | {"source": "node"}


async def test_cluster_settings_are_defaults_for_others_and_say_so(stack: Stack) -> None:
    cookie = await stack.sign_in("viewer")

    answer = await stack.get("/api/nodes/ns1/cluster/settings", cookie)

    assert answer.status_code == 200
    assert answer.json() == DEFAULTS | {"source": "defaults"}


async def test_cluster_settings_of_a_node_alone_are_defaults(make_stack: MakeStack) -> None:
    async with fresh_nodes(names=("dns",)) as lab, make_stack(lab) as stack:
        cookie = await stack.sign_in("admin")
        answer = await stack.get("/api/nodes/dns/cluster/settings", cookie)

    assert answer.json()["source"] == "defaults"


async def test_cluster_settings_of_a_stopped_node_are_a_problem(stack: Stack) -> None:
    cookie = await stack.sign_in("admin")
    await stack.lab.stop("ns1")

    answer = await stack.get("/api/nodes/ns1/cluster/settings", cookie)

    assert answer.status_code == 502


async def test_calls_to_nodes_are_counted_by_how_they_ended(stack: Stack) -> None:
    cookie = await stack.sign_in("viewer")
    await stack.get("/api/nodes", cookie)
    await stack.get("/api/nodes/ns1/cluster/settings", cookie)
    await stack.lab.stop("ns2")
    await stack.get("/api/nodes/ns2/apps", cookie)

    async with running(stack.apps.metrics) as metrics:
        text = (await metrics.get("/metrics")).text

    counted = {
        (sample.labels["node"], sample.labels["path"], sample.labels["outcome"]): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == "companion_node_calls_total"
    }
    assert counted == {
        ("ns1", "user/session/get", "ok"): 1,
        ("ns2", "user/session/get", "ok"): 1,
        ("ns3", "user/session/get", "ok"): 1,
        ("ns1", "admin/cluster/state", "denied"): 1,
        ("ns2", "apps/list", "unreachable"): 1,
    }
    assert "companion_node_call_duration_seconds_bucket" in text
