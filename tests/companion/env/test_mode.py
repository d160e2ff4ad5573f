"""Who decides whether people sign in, and by what."""

import pytest
from companion.env import Env
from companion.env.mode import decide, session_auth

NODES = ("ns1", "ns-2")


@pytest.mark.parametrize("word", ["true", "True", "TRUE", "1", "yes", "On", "y", " true "])
def test_any_spelling_of_yes_switches_sign_in_on(word: str) -> None:
    env = Env({"AUTH_SESSION_ENABLED": word})

    assert session_auth(env)
    assert env.problems == []


@pytest.mark.parametrize("word", ["false", "FALSE", "0", "no", "Off", "n"])
def test_any_spelling_of_no_switches_it_off(word: str) -> None:
    env = Env({"AUTH_SESSION_ENABLED": word})

    assert not session_auth(env)
    assert env.problems == []


@pytest.mark.parametrize("word", ["truee", "2", "enabled?", "legacy"])
def test_any_other_word_refuses_to_start(word: str) -> None:
    for read in (session_auth, lambda env: decide(env, NODES)):
        env = Env({"AUTH_SESSION_ENABLED": word})
        read(env)
        assert env.problems == ["AUTH_SESSION_ENABLED must be true or false."]


def test_a_service_alone_must_be_told() -> None:
    for variables in ({}, {"AUTH_SESSION_ENABLED": " "}, {"TECHNITIUM_CLUSTER_TOKEN": "x"}):
        env = Env(variables)
        session_auth(env)
        (problem,) = env.problems
        assert problem.startswith("AUTH_SESSION_ENABLED is not set")


def test_whoever_starts_everything_has_people_sign_in_unless_told_otherwise() -> None:
    decision = decide(Env({"TECHNITIUM_BACKGROUND_TOKEN": "x"}), NODES)

    assert decision.session_auth
    assert decision.reason is None


@pytest.mark.parametrize(
    "name",
    [
        "TECHNITIUM_CLUSTER_TOKEN",
        "TECHNITIUM_CLUSTER_TOKEN_FILE",
        "TECHNITIUM_NS1_TOKEN",
        "TECHNITIUM_NS2_TOKEN_FILE",
    ],
)
def test_a_token_of_earlier_versions_means_that_nobody_signs_in(name: str) -> None:
    env = Env({name: "canary"})

    decision = decide(env, NODES)

    assert not decision.session_auth
    assert decision.reason is not None
    assert name in decision.reason
    assert "canary" not in decision.reason
    assert env.problems == []


@pytest.mark.parametrize(
    "name",
    ["TECHNITIUM_DHCP_TOKEN", "TECHNITIUM_SCHEDULE_TOKEN", "TECHNITIUM_NS9_TOKEN"],
)
def test_other_tokens_mean_nothing_for_sign_in(name: str) -> None:
    assert decide(Env({name: "x"}), NODES).session_auth


def test_what_was_told_wins_over_every_token() -> None:
    told = {"AUTH_SESSION_ENABLED": "yes", "TECHNITIUM_CLUSTER_TOKEN": "x"}

    assert decide(Env(told), NODES).session_auth
    assert not decide(Env({"AUTH_SESSION_ENABLED": "no"}), NODES).session_auth


def test_an_empty_token_is_an_unset_one() -> None:
    assert decide(Env({"TECHNITIUM_CLUSTER_TOKEN": " "}), NODES).session_auth
