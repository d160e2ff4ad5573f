"""An upgrade from a version without sign-in, from its tokens to people who sign in."""

import json
import subprocess
from collections.abc import Generator
from pathlib import Path

import httpx
import pytest

from tests.support.legacy import CLUSTER_TOKEN as CLUSTER
from tests.support.legacy import restart_without_sign_in
from tests.support.ports import free_port
from tests.support.stack import SERVICES, Stack


@pytest.fixture(scope="module")
def token_stack(tmp_path_factory: pytest.TempPathFactory) -> Generator[tuple[Stack, str]]:
    """A stack that was told nothing but a token, as the file of an earlier version does."""
    variables = {"PORT": str(free_port())}
    with Stack(tmp_path_factory.mktemp("legacy"), variables=variables) as stack:
        token = restart_without_sign_in(stack)
        yield stack, token


@pytest.fixture
def legacy(token_stack: tuple[Stack, str]) -> Stack:
    return token_stack[0]


def test_the_start_says_in_plain_words_what_was_decided_and_why(
    token_stack: tuple[Stack, str],
) -> None:
    stack, token = token_stack

    assert f"AUTH_SESSION_ENABLED is not set, and {CLUSTER} is: so nobody signs in" in stack.output
    assert "Nobody signs in: whoever reaches this address" in stack.output
    assert "Set AUTH_SESSION_ENABLED=true" in stack.output
    assert token not in stack.output


def test_the_log_of_the_door_warns(legacy: Stack) -> None:
    log = (legacy.data_dir / "log/auth-gateway.log").read_text()

    lines = [json.loads(line) for line in log.splitlines() if "Nobody signs in" in line]
    assert lines[-1]["level"] == "warning"


def test_everybody_sees_the_nodes_without_signing_in(legacy: Stack) -> None:
    with legacy.client() as anybody:
        me = anybody.get("/api/auth/me").json()
        rows = anybody.get("/api/nodes").json()
        overview = anybody.get("/api/nodes/ns2/overview").json()

    assert me["sessionAuthEnabled"] is False
    assert "Nobody signs in" in me["notice"]
    assert me["clusterTokenConfigured"] is True
    assert me["clusterTokenUsage"] == {"usedForNodeIds": ["ns1", "ns2", "ns3"]}
    assert {row["id"]: row["state"] for row in rows} == dict.fromkeys(("ns1", "ns2", "ns3"), "ok")
    assert overview["totalQueries"] > 0


def test_nothing_of_sessions_is_there(legacy: Stack) -> None:
    body = {"username": "admin", "password": "admin"}
    with legacy.client() as anybody:
        answers = [
            anybody.post("/api/auth/login", json=body),
            anybody.get("/api/auth/sessions"),
            anybody.get("/api/auth/verify"),
        ]

    assert {answer.json()["code"] for answer in answers} == {"session_auth_off"}


def test_only_names_that_nobody_else_can_make_are_served(legacy: Stack) -> None:
    port = legacy.variables["HTTPS_PORT"]
    with legacy.client() as anybody:
        foreign = anybody.get("/api/nodes", headers={"Host": f"rebound.example:{port}"})
    proxy = legacy.variables["NODE_PROXY_LISTEN"]
    behind = httpx.get(f"http://127.0.0.1:{proxy}/api/nodes", headers={"Host": "rebound.example"})

    assert (foreign.status_code, behind.status_code) == (403, 403)
    assert foreign.json()["code"] == behind.json()["code"] == "host_refused"


def test_a_page_of_another_site_changes_nothing(legacy: Stack) -> None:
    with legacy.client() as anybody:
        answer = anybody.post("/api/auth/logout", headers={"Origin": "https://evil.example"})

    assert answer.json()["code"] == "origin_refused"


def test_the_token_reaches_who_acts_with_it_alone(token_stack: tuple[Stack, str]) -> None:
    stack, token = token_stack
    having = set()
    for name in SERVICES:
        environment = Path(f"/proc/{stack.pids[name]}/environ")
        if not environment.exists():
            pytest.skip("only Linux shows the environment of a process")
        if token.encode() in environment.read_bytes():
            having.add(name)

    assert having == {"node-proxy", "auth-gateway"}


def test_the_token_is_in_no_answer_and_no_log(token_stack: tuple[Stack, str]) -> None:
    stack, token = token_stack
    with stack.client() as anybody:
        for path in (
            "/api/auth/me",
            "/api/nodes",
            "/api/nodes/ns1/overview",
            "/api/nodes/ns1/apps",
        ):
            assert token not in anybody.get(path).text

    for log in (stack.data_dir / "log").iterdir():
        assert token not in log.read_text(), log


def test_the_mode_is_changed_by_a_restart_in_both_directions(
    token_stack: tuple[Stack, str],
) -> None:
    """Whatever the stack before left in Redis, nobody waits for anybody."""
    stack, _ = token_stack
    stack.stop()
    stack.variables["AUTH_SESSION_ENABLED"] = "Yes"
    stack.start()
    assert f"Note: {CLUSTER}" not in stack.output
    with stack.sign_in("viewer") as browser:
        assert {row["state"] for row in browser.get("/api/nodes").json()} == {"ok"}
    with stack.client() as anybody:
        assert anybody.get("/api/nodes").status_code == 401

    stack.stop()
    stack.variables["AUTH_SESSION_ENABLED"] = "off"
    stack.start()
    with stack.client() as anybody:
        assert anybody.get("/api/nodes").status_code == 200


def test_a_page_asked_for_by_http_is_sent_to_https_and_a_program_is_not(legacy: Stack) -> None:
    plain = f"http://localhost:{legacy.variables['PORT']}"

    page = httpx.get(f"{plain}/?node=ns1", verify=legacy.tls, follow_redirects=True)
    program = httpx.get(f"{plain}/api/nodes")

    assert [one.status_code for one in page.history] == [308]
    assert str(page.url) == f"{legacy.base_url}/?node=ns1"
    assert page.status_code == 200
    assert program.status_code == 403
    assert program.json()["code"] == "https_required"


def test_a_file_of_an_earlier_version_starts_and_each_setting_says_what_it_means_now(
    token_stack: tuple[Stack, str],
) -> None:
    stack, _ = token_stack
    stack.stop()
    before = dict(stack.variables)
    del stack.variables["AUTH_SESSION_ENABLED"]
    stack.variables |= {
        "HTTPS_ENABLED": "false",
        "TRUST_PROXY": "false",
        "NODE_ENV": "production",
        "CORS_ORIGIN": "https://tools.example",
        "HTTPS_SELF_SIGNED": "true",
        "TECHNITIUM_SCHEDULE_TOKEN": "canary",
        "TECHNITIUM_NS1_QUERY_LOGGER_APP_NAME": "Query Logs (Sqlite)",
        "QUERY_LOG_SQLITE_ENABLED": "true",
        "CACHE_DIR": "/data",
        "LOG_LEVEL": "warn",
    }
    stack.start()
    plain = f"http://localhost:{stack.variables['PORT']}"

    assert "Ready after" in stack.output
    assert plain in stack.output
    for name in ("NODE_ENV", "HTTPS_SELF_SIGNED", "QUERY_LOG_SQLITE_ENABLED", "CACHE_DIR"):
        assert stack.output.count(f"Note: {name} is no longer used: ") == 1
    assert "TECHNITIUM_NS1_QUERY_LOGGER_APP_NAME is no longer used" in stack.output
    assert "TECHNITIUM_SCHEDULE_TOKEN is no longer used" in stack.output
    assert "canary" not in stack.output
    answer = httpx.get(f"{plain}/api/nodes", headers={"Origin": "https://tools.example"})
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "https://tools.example"
    other = httpx.get(f"{plain}/api/nodes", headers={"Origin": "https://other.example"})
    assert "access-control-allow-origin" not in other.headers

    stack.stop()
    stack.variables.clear()
    stack.variables.update(before)
    stack.start()


def test_a_node_without_a_token_is_refused_at_the_start(tmp_path: Path) -> None:
    variables = {
        "TECHNITIUM_NODES": "ns1,ns2",
        "TECHNITIUM_NS1_BASE_URL": "http://127.0.0.1:1",
        "TECHNITIUM_NS2_BASE_URL": "http://127.0.0.1:1",
        "TECHNITIUM_NS1_TOKEN": "canary",
    }

    said = _refused(tmp_path, variables)

    assert "TECHNITIUM_NS2_TOKEN" in said
    assert CLUSTER in said
    assert "canary" not in said


def test_every_complaint_is_made_at_once_the_launchers_own_too(tmp_path: Path) -> None:
    variables = {
        "AUTH_SESSION_ENABLED": "perhaps",
        "SANDBOX_PORT": "many",
        "NODE_PROXY_LISTEN": "nowhere",
        "AUTH_SESSION_IDLE_HOURS": "abc",
        "LOG_LEVEL": "loud",
        "SMTP_HOST": "mail.example",
    }

    said = _refused(tmp_path, variables)

    for name in (*variables,):
        assert said.count(f" {name} ") == 1, (name, said)
    assert not (tmp_path / "data").exists()


def _refused(folder: Path, variables: dict[str, str]) -> str:
    stack = Stack(folder, variables=variables)
    launcher: subprocess.Popen[bytes] = stack.launch(folder / "said")
    assert launcher.wait(timeout=60) == 2
    return (folder / "said").read_text()
