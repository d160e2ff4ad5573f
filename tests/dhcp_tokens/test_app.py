import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from companion.env import Env
from dhcp_tokens.app import Apps, create_apps
from dhcp_tokens.settings import Settings

from tests.support.asgi import running
from tests.support.process import bound_to_parent

CANARY = "canary of the internal secret"
DEADLINE_S = 20


def apps(redis_url: str) -> Apps:
    variables = {
        "REDIS_URL": redis_url,
        "INTERNAL_SECRET": CANARY,
        "AUTH_SESSION_ENABLED": "true",
    }
    return create_apps(Settings.read(Env(variables)))


async def test_it_is_ready_and_says_so(redis_url: str) -> None:
    async with running(apps(redis_url).public) as http:
        answers = [await http.get(path) for path in ("/livez", "/readyz", "/health")]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert answers[2].json()["service"] == "dhcp-tokens"


async def test_without_redis_it_lives_and_is_not_ready() -> None:
    async with running(apps("redis://127.0.0.1:1/0").public) as http:
        live, ready = await http.get("/livez"), await http.get("/readyz")

    assert (live.status_code, ready.status_code) == (200, 503)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/tokens"),
        ("POST", "/api/tokens"),
        ("GET", "/api/subnets"),
        ("GET", "/api/tokens/verify"),
        ("GET", "/swagger-ui/"),
        ("GET", "/metrics"),
        ("GET", "/docs"),
        ("GET", "/openapi.json"),
        ("GET", "/internal/introspect"),
    ],
)
async def test_nothing_is_pretended(redis_url: str, method: str, path: str) -> None:
    async with running(apps(redis_url).public) as http:
        response = await http.request(method, path, headers={"Authorization": "Bearer dhcp_1_a"})

    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["code"] == "not_found"
    assert response.json()["message"] == f"Cannot {method} {path}"


async def test_figures_are_on_their_own_port(redis_url: str) -> None:
    both = apps(redis_url)
    async with running(both.public) as http, running(both.metrics) as metrics:
        await http.get("/api/tokens")
        text = (await metrics.get("/metrics")).text

    assert 'http_requests_total{method="GET",route="none",status="404"} 1.0' in text
    assert CANARY not in text


def test_the_program_serves_until_it_is_told_to_end(redis_url: str, tmp_path: Path) -> None:
    public = tmp_path / "dhcp.sock"
    variables = os.environ | {
        "REDIS_URL": redis_url,
        "INTERNAL_SECRET": CANARY,
        "AUTH_SESSION_ENABLED": "true",
        "DHCP_TOKENS_LISTEN": f"unix:{public}",
        "DHCP_TOKENS_METRICS_PORT": "0",
    }
    command = bound_to_parent([sys.executable, "-m", "dhcp_tokens"], parent=os.getpid())
    with subprocess.Popen(command, env=variables, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own program
        assert process.stderr is not None
        first = process.stderr.readline()
        transport = httpx.HTTPTransport(uds=str(public))
        with httpx.Client(transport=transport, base_url="http://dhcp") as http:
            status = http.get("/livez").status_code
        process.send_signal(signal.SIGTERM)
        rest = process.stderr.read()

    assert json.loads(first)["event"] == "listening"
    assert status == 200
    assert process.returncode == 0
    assert not public.exists()
    assert CANARY not in first + rest


def test_the_program_refuses_to_start_with_one_line_for_each_problem() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "dhcp_tokens"],
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=False,
    )

    assert done.returncode == 2
    assert [line.split()[2] for line in done.stderr.splitlines()] == [
        "REDIS_URL",
        "INTERNAL_SECRET",
        "AUTH_SESSION_ENABLED",
    ]
