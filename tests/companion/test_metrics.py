from companion.health import Readiness
from companion.metrics import HttpMetrics, metrics_app, new_registry
from prometheus_client import Gauge
from prometheus_client.parser import text_string_to_metric_families

from tests.support.asgi import running


async def _fine() -> None:
    return


async def test_the_figures_are_served_with_the_probes_and_nothing_else() -> None:
    registry = new_registry("companion-shared")
    HttpMetrics(registry)("GET", "/api/nodes/{node_id}", 200, 0.02)
    app = metrics_app("companion-shared", registry, Readiness({"a": _fine}))

    async with running(app) as http:
        metrics = await http.get("/metrics")
        statuses = [(await http.get(path)).status_code for path in ("/livez", "/readyz", "/")]

    families = {family.name: family for family in text_string_to_metric_families(metrics.text)}
    assert metrics.headers["content-type"].startswith("text/plain; version=")
    assert families["companion_build_info"].samples[0].labels == {
        "service": "companion-shared",
        "version": "0.1.0",
    }
    assert "process_resident_memory_bytes" in families
    assert "http_requests" in families
    assert families["http_request_duration_seconds"].type == "histogram"
    assert statuses == [200, 200, 404]


async def test_gauges_are_brought_up_to_date_for_each_answer() -> None:
    registry = new_registry("companion-shared")
    gauge = Gauge("ghost_sessions", "Tokens still to be ended.", registry=registry)

    async def update() -> None:
        gauge.inc()

    app = metrics_app("companion-shared", registry, Readiness(), refresh=[update])
    async with running(app) as http:
        await http.get("/metrics")
        text = (await http.get("/metrics")).text

    assert "ghost_sessions 2.0" in text
