"""docs/metrics.md lists the metrics that the services have, and their names follow Prometheus."""

import re
from collections.abc import Mapping
from pathlib import Path

import auth_gateway.app
import auth_gateway.settings
import dhcp_tokens.app
import dhcp_tokens.settings
import httpx
import node_proxy.app
import node_proxy.settings
import ptr_worker.app
import ptr_worker.settings
import pytest
from companion.env import Env
from starlette.types import ASGIApp

from tests.support.sessions import PEPPER, session_key

DOCUMENT = (Path(__file__).parents[2] / "docs" / "metrics.md").read_text()
ROW = re.compile(r"^\| `([^`]+)` \| (\w+) \|([^|]*)\|([^|]*)\| [^|]+ \|$", flags=re.MULTILINE)
TYPE = re.compile(r"^# TYPE (\S+) (\w+)$", flags=re.MULTILINE)
# The client library's own: when each series began.
CREATED = "_created"
PROCESS = "process_"
BASE_UNITS = ("_seconds", "_bytes", "_ratio")
SERVICES = ("auth-gateway", "node-proxy", "ptr-worker", "dhcp-tokens")


def metrics_app(service: str, redis_url: str) -> ASGIApp:
    """What the service serves on its port for metrics."""
    env = Env(
        {
            "REDIS_URL": redis_url,
            "AUTH_SESSION_ENABLED": "true",
            "TRUST_PROXY": "true",
            "SESSION_KEYS": session_key("first"),
            "SESSION_PEPPER": PEPPER,
            "INTERNAL_SECRET": "the secret between the services of the tests",
            "TECHNITIUM_NODES": "ns1",
            "TECHNITIUM_NS1_BASE_URL": "http://127.0.0.1:5380",
        }
    )
    if service == "auth-gateway":
        return auth_gateway.app.create_apps(auth_gateway.settings.Settings.read(env)).metrics
    if service == "node-proxy":
        return node_proxy.app.create_apps(node_proxy.settings.Settings.read(env)).metrics
    if service == "dhcp-tokens":
        return dhcp_tokens.app.create_apps(dhcp_tokens.settings.Settings.read(env)).metrics
    return ptr_worker.app.create_app(ptr_worker.settings.Settings.read(env))


async def served(service: str, redis_url: str) -> Mapping[str, str]:
    """Name to type of each metric that the service serves; those of the process stand apart."""
    transport = httpx.ASGITransport(metrics_app(service, redis_url))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as http:
        text = (await http.get("/metrics")).text
    return {
        name: kind
        for name, kind in TYPE.findall(text)
        if not name.endswith(CREATED) and not name.startswith(PROCESS)
    }


def documented(service: str) -> Mapping[str, str]:
    """The same, as the page has it."""
    return {
        name: kind
        for name, kind, _, services in ROW.findall(DOCUMENT)
        if services.strip() == "all" or service in services
    }


@pytest.mark.parametrize("service", SERVICES)
async def test_the_page_lists_the_metrics_of_each_service(service: str, redis_url: str) -> None:
    found = await served(service, redis_url)

    assert found
    assert found == documented(service)


@pytest.mark.parametrize("service", SERVICES)
async def test_names_follow_prometheus(service: str, redis_url: str) -> None:
    for name, kind in (await served(service, redis_url)).items():
        assert re.fullmatch(r"(companion|http)_[a-z0-9_]+", name), name
        assert (kind == "counter") == name.endswith("_total"), name
        assert kind != "histogram" or name.endswith(BASE_UNITS), name
        assert not re.search(r"_(ms|milliseconds|minutes|hours|kb|mb|percent)(_|$)", name), name
