"""What a gateway needs to start, and how it says what is wrong."""

import subprocess
import sys

import pytest
from auth_gateway.settings import Settings
from companion.env import EXIT_SETTINGS, Env, SettingsRefused

from tests.support.sessions import PEPPER, session_key

VARIABLES = {
    "REDIS_URL": "redis://localhost",
    "AUTH_SESSION_ENABLED": "true",
    "TRUST_PROXY": "true",
    "SESSION_KEYS": session_key("first"),
    "SESSION_PEPPER": PEPPER,
    "INTERNAL_SECRET": "x" * 32,
    "TECHNITIUM_NODES": "ns1",
    "TECHNITIUM_NS1_BASE_URL": "https://ns1.example:53443",
}


def refused(**changes: str) -> list[str]:
    with pytest.raises(SettingsRefused) as caught:
        Settings.read(Env(VARIABLES | changes))
    return caught.value.problems


def test_the_defaults_are_those_of_the_documentation() -> None:
    settings = Settings.read(Env(VARIABLES))

    assert str(settings.listen) == "0.0.0.0:3000"
    assert str(settings.metrics) == "127.0.0.1:9461"
    assert settings.node_proxy_url == "http://127.0.0.1:3002"
    assert settings.dhcp_tokens_url == "http://127.0.0.1:8080"
    limits = settings.sessions.limits
    assert (limits.idle_s, limits.max_age_s) == (28_800, 86_400)


@pytest.mark.parametrize(
    ("said", "nodes"),
    [("", ("ns1",)), ("NS2", ("ns2",)), ("ns2, ns1", ("ns2", "ns1"))],
    ids=["unset", "one", "several"],
)
def test_the_nodes_that_say_who_people_are(said: str, nodes: tuple[str, ...]) -> None:
    two = {"TECHNITIUM_NODES": "ns1,ns2", "TECHNITIUM_NS2_BASE_URL": "https://ns2.example:53443"}

    settings = Settings.read(Env(VARIABLES | two | {"AUTH_IDENTITY_NODE": said}))

    assert settings.identity_nodes == nodes


def test_a_node_that_is_not_configured_says_of_nobody_who_it_is() -> None:
    (problem,) = refused(AUTH_IDENTITY_NODE="ns9")

    assert "AUTH_IDENTITY_NODE" in problem
    assert "'ns9'" in problem


def test_without_certain_https_it_refuses_to_start() -> None:
    (problem,) = refused(TRUST_PROXY="")

    assert "HTTPS_ENABLED" in problem
    assert "TRUST_PROXY" in problem


def test_https_without_a_certificate_refuses_to_start() -> None:
    problems = refused(TRUST_PROXY="", HTTPS_ENABLED="yes")

    assert any("HTTPS_CERT_PATH" in problem for problem in problems)
    assert any("HTTPS_KEY_PATH" in problem for problem in problems)


@pytest.mark.parametrize("value", ["", "perhaps"])
def test_session_auth_must_be_said(value: str) -> None:
    assert any("AUTH_SESSION_ENABLED" in problem for problem in refused(AUTH_SESSION_ENABLED=value))


def test_a_refusal_is_one_line_for_each_problem_and_its_own_exit_code() -> None:
    variables = {**VARIABLES, "TRUST_PROXY": "", "REDIS_URL": ""}

    ended = subprocess.run(
        [sys.executable, "-m", "auth_gateway"],
        env=variables,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert ended.returncode == EXIT_SETTINGS
    lines = ended.stderr.splitlines()
    assert [line.startswith("Cannot start: ") for line in lines] == [True, True]
    assert "Traceback" not in ended.stderr


def test_all_problems_are_told_at_once_and_show_no_secret() -> None:
    problems = refused(REDIS_URL="", SESSION_KEYS="c2hvcnQ=", SESSION_PEPPER="short", PORT="http")

    for name in ("REDIS_URL", "SESSION_KEYS", "SESSION_PEPPER", "PORT"):
        assert any(problem.startswith(name) for problem in problems), problems
    assert not any("c2hvcnQ" in problem for problem in problems)


def test_a_misspelt_variable_is_a_warning_with_the_nearest_name() -> None:
    env = Env(VARIABLES | {"AUTH_SESSION_IDLE_HOUR": "4", "PORT": "127.0.0.1:3000"})

    Settings.read(env)

    (warning,) = env.warnings
    assert "AUTH_SESSION_IDLE_HOURS" in warning


def test_settings_show_no_secret() -> None:
    shown = repr(Settings.read(Env(VARIABLES | {"REDIS_URL": "redis://:hidden@localhost"})))

    assert PEPPER not in shown
    assert session_key("first") not in shown
    assert "hidden" not in shown


def test_a_proxy_elsewhere_must_be_named() -> None:
    def warned(**changes: str) -> list[str]:
        env = Env(VARIABLES | changes)
        Settings.read(env)
        return env.warnings

    (warning,) = warned()
    assert "TRUSTED_PROXIES" in warning
    assert warned(PORT="127.0.0.1:3000") == []
    assert warned(TRUSTED_PROXIES="172.18.0.0/16") == []


def test_a_cluster_token_acts_for_nobody_where_people_sign_in() -> None:
    env = Env(VARIABLES | {"PORT": "127.0.0.1:3000", "TECHNITIUM_CLUSTER_TOKEN": "canary"})

    Settings.read(env)

    (warning,) = env.warnings
    assert warning.startswith("TECHNITIUM_CLUSTER_TOKEN acts for nobody")
    assert "canary" not in warning


def test_without_sign_in_plain_http_is_enough() -> None:
    env = Env(VARIABLES | {"AUTH_SESSION_ENABLED": "off", "TRUST_PROXY": ""})

    settings = Settings.read(env)

    assert not settings.session_auth
    assert any("Nobody signs in" in warning for warning in env.warnings)


@pytest.mark.parametrize("enabled", ["true", "false"])
def test_https_needs_its_certificate_in_each_mode(enabled: str) -> None:
    problems = refused(AUTH_SESSION_ENABLED=enabled, HTTPS_ENABLED="true", TRUST_PROXY="")

    assert sorted(problem.split()[3] for problem in problems) == ["so", "so"]
