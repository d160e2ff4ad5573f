"""What the launcher reads, and what it refuses before anything starts."""

from pathlib import Path

import pytest
from companion.address import Listen
from companion.env import Env
from companion_local.settings import LauncherSettings, read


def test_nothing_set_is_the_plainest_run() -> None:
    settings, problems = _read({})

    assert problems == []
    assert settings == LauncherSettings(
        data_dir=Path.cwd() / ".data",
        https=Listen(host="127.0.0.1", port=3443),
        redis_url=None,
        nodes=False,
        certificate=False,
        sandbox_port=15379,
    )


def test_configured_nodes_take_the_place_of_the_sandbox() -> None:
    settings, problems = _read({"TECHNITIUM_NODES": "ns1,ns2"})

    assert settings.nodes
    assert problems == []


@pytest.mark.parametrize("value", ["false", "No", "0", "off"])
def test_running_without_sign_in_is_refused(value: str) -> None:
    _, problems = _read({"AUTH_SESSION_ENABLED": value})

    assert len(problems) == 1
    assert "not available in this version" in problems[0]
    assert "AUTH_SESSION_ENABLED=true" in problems[0]


@pytest.mark.parametrize(
    "name",
    ["TECHNITIUM_CLUSTER_TOKEN", "TECHNITIUM_NS1_TOKEN", "TECHNITIUM_CLUSTER_TOKEN_FILE"],
)
def test_a_token_that_acts_for_everybody_is_refused_unless_sign_in_is_chosen(name: str) -> None:
    _, unset = _read({name: "0123"})
    _, chosen = _read({name: "0123", "AUTH_SESSION_ENABLED": "true"})

    assert len(unset) == 1
    assert unset[0].startswith(name)
    assert "0123" not in unset[0]
    assert chosen == []


@pytest.mark.parametrize(
    "name", ["TECHNITIUM_BACKGROUND_TOKEN", "TECHNITIUM_DHCP_TOKEN", "TECHNITIUM_NS1_BASE_URL"]
)
def test_tokens_with_a_job_of_their_own_mean_nothing_for_sign_in(name: str) -> None:
    _, problems = _read({name: "x"})

    assert problems == []


def test_an_empty_token_is_an_unset_one() -> None:
    _, problems = _read({"TECHNITIUM_CLUSTER_TOKEN": " "})

    assert problems == []


def test_plain_http_is_refused() -> None:
    _, problems = _read({"HTTPS_ENABLED": "false"})

    assert "HTTPS_ENABLED" in problems[0]


def test_the_network_is_reached_only_when_that_is_asked_for() -> None:
    here, _ = _read({"HTTPS_PORT": "4443"})
    everywhere, _ = _read({"HTTPS_PORT": "0.0.0.0:4443"})

    assert str(here.https) == "127.0.0.1:4443"
    assert str(everywhere.https) == "0.0.0.0:4443"


def test_all_problems_are_told_at_once() -> None:
    _, problems = _read({"HTTPS_PORT": "many", "SANDBOX_PORT": "0", "AUTH_SESSION_ENABLED": "no"})

    assert len(problems) == 3


def _read(variables: dict[str, str]) -> tuple[LauncherSettings, list[str]]:
    env = Env(variables)
    return read(env), env.problems
