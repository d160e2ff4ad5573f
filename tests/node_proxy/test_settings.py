"""The settings: all problems at once, by name, and no secret in any of them."""

import subprocess
import sys

import pytest
from companion.env import Env, SettingsRefused
from node_proxy.settings import Settings

from tests.support.sessions import PEPPER, session_key

WHOLE = {
    "REDIS_URL": "redis://:hunter2@127.0.0.1:6379/0",
    "AUTH_SESSION_ENABLED": "true",
    "SESSION_KEYS": session_key("first"),
    "SESSION_PEPPER": PEPPER,
    "INTERNAL_SECRET": "between the services",
    "TECHNITIUM_NODES": "ns1",
    "TECHNITIUM_NS1_BASE_URL": "http://192.168.1.2:5380",
}


def test_defaults_are_those_of_the_documentation() -> None:
    settings = Settings.read(Env(WHOLE))

    assert str(settings.listen) == "127.0.0.1:3002"
    assert str(settings.metrics) == "127.0.0.1:9462"
    assert settings.sessions.limits.idle_s == 8 * 3600
    assert settings.sessions.limits.max_age_s == 24 * 3600
    assert settings.transport.trust_proxy is True


def test_every_missing_setting_is_named_at_once() -> None:
    with pytest.raises(SettingsRefused) as refused:
        Settings.read(Env({}))

    text = "\n".join(refused.value.problems)
    assert all(name in text for name in WHOLE if name != "TECHNITIUM_NS1_BASE_URL")


@pytest.mark.parametrize("name", ["SESSION_KEYS", "SESSION_PEPPER"])
def test_malformed_session_secret_is_a_problem_that_does_not_show_it(name: str) -> None:
    with pytest.raises(SettingsRefused) as refused:
        Settings.read(Env(WHOLE | {name: "too-short"}))

    (problem,) = refused.value.problems
    assert name in problem
    assert "too-short" not in problem


def test_settings_printed_by_accident_show_no_secret() -> None:
    shown = repr(Settings.read(Env(WHOLE)))

    secrets = ["hunter2", WHOLE["SESSION_KEYS"], PEPPER, WHOLE["INTERNAL_SECRET"]]
    assert not [secret for secret in secrets if secret in shown]


def test_start_without_settings_is_refused_in_lines_for_people() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "node_proxy"],
        env={},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
    assert "Cannot start: REDIS_URL (or REDIS_URL_FILE) is not set." in ended.stderr
