"""What the launcher reads, and what it refuses before anything starts."""

from pathlib import Path

import pytest
from companion.address import Listen
from companion.env import Env
from companion.env.mode import Decision
from companion_local.front import Front
from companion_local.settings import LauncherSettings, read


def test_nothing_set_is_the_plainest_run() -> None:
    settings, problems = _read({})

    assert problems == []
    assert settings == LauncherSettings(
        data_dir=Path.cwd() / ".data",
        mode=Decision(session_auth=True),
        front=Front(https=Listen(host="127.0.0.1", port=3443), plain=None),
        redis_url=None,
        nodes=False,
        node_ids=("ns1", "ns2", "ns3"),
        certificate=False,
        sandbox_port=15379,
    )


def test_configured_nodes_take_the_place_of_the_sandbox() -> None:
    settings, problems = _read({"TECHNITIUM_NODES": "ns1,ns2"})

    assert settings.nodes
    assert problems == []


@pytest.mark.parametrize("value", ["false", "No", "0", "off"])
def test_sign_in_can_be_switched_off(value: str) -> None:
    settings, problems = _read({"AUTH_SESSION_ENABLED": value})

    assert not settings.mode.session_auth
    assert problems == []


def test_tokens_of_an_earlier_version_switch_it_off_and_the_reason_is_said() -> None:
    settings, _ = _read({"TECHNITIUM_CLUSTER_TOKEN": "0123"})
    chosen, _ = _read({"TECHNITIUM_CLUSTER_TOKEN": "0123", "AUTH_SESSION_ENABLED": "true"})

    assert not settings.mode.session_auth
    assert "TECHNITIUM_CLUSTER_TOKEN is" in (settings.mode.reason or "")
    assert chosen.mode == Decision(session_auth=True)


def test_only_tokens_of_the_nodes_there_are_count() -> None:
    other, _ = _read({"TECHNITIUM_NODES": "home", "TECHNITIUM_NS1_TOKEN": "x"})
    sandbox, _ = _read({"TECHNITIUM_NS1_TOKEN": "x"})

    assert other.mode.session_auth
    assert not sandbox.mode.session_auth


def test_leftover_and_retired_settings_are_said() -> None:
    env = Env(
        {"AUTH_SESSION_ENABLED": "true", "TECHNITIUM_NS1_TOKEN": "x", "SMTP_HOST": "mail.example"}
    )

    read(env)

    assert [warning.split()[0] for warning in env.warnings] == ["TECHNITIUM_NS1_TOKEN", "SMTP_HOST"]


def test_a_misspelt_token_which_no_service_is_given_is_said() -> None:
    env = Env(
        {
            "TECHNITIUM_NODES": "ns1",
            "TECHNITIUM_NS1_TOKEN": "x",
            "TECHNITIUM_N1_TOKEN": "x",
            "TECHNITIUM_BACKROUND_TOKEN_FILE": "x",
            "TECHNITIUM_BACKGROUND_TOKEN": "x",
            "OTHER_TOKEN": "x",
        }
    )

    read(env)

    assert env.warnings == [
        "TECHNITIUM_N1_TOKEN is set but nothing reads it. Did you mean TECHNITIUM_NS1_TOKEN?",
        (
            "TECHNITIUM_BACKROUND_TOKEN_FILE is set but nothing reads it. "
            "Did you mean TECHNITIUM_BACKGROUND_TOKEN_FILE?"
        ),
    ]


def test_plain_http_takes_a_proxy_or_nobody_to_sign_in() -> None:
    _, refused = _read({"HTTPS_ENABLED": "false"})
    behind, problems = _read({"HTTPS_ENABLED": "false", "TRUST_PROXY": "true"})
    legacy, none = _read({"HTTPS_ENABLED": "no", "AUTH_SESSION_ENABLED": "no", "PORT": "8000"})

    assert "HTTPS_ENABLED" in refused[0]
    assert (problems, none) == ([], [])
    assert behind.front == Front(https=None, plain=Listen(host="127.0.0.1", port=3000))
    assert legacy.front.address == "http://localhost:8000"


def test_a_plain_port_beside_https_is_served_when_it_is_set() -> None:
    settings, _ = _read({"PORT": "0.0.0.0:80"})

    assert settings.front.https is not None
    assert settings.front.plain == Listen(host="0.0.0.0", port=80)
    assert settings.front.variables() == {
        "HTTPS_ENABLED": "true",
        "HTTPS_PORT": "127.0.0.1:3443",
        "PORT": "0.0.0.0:80",
    }


def test_the_network_is_reached_only_when_that_is_asked_for() -> None:
    here, _ = _read({"HTTPS_PORT": "4443"})
    everywhere, _ = _read({"HTTPS_PORT": "0.0.0.0:4443"})

    assert str(here.front.https) == "127.0.0.1:4443"
    assert str(everywhere.front.https) == "0.0.0.0:4443"


def test_all_problems_are_told_at_once() -> None:
    _, problems = _read({"HTTPS_PORT": "many", "SANDBOX_PORT": "0", "AUTH_SESSION_ENABLED": "eh"})

    assert len(problems) == 3


def _read(variables: dict[str, str]) -> tuple[LauncherSettings, list[str]]:
    env = Env(variables)
    return read(env), env.problems
