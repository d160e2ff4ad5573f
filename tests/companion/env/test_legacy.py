"""The tokens that act for everybody where nobody signs in."""

from pathlib import Path

import pytest
from companion.env import Env
from companion.env.legacy import NodeToken, node_tokens
from companion.nodes import NodeConfig

NODES = (
    NodeConfig(id="ns1", name="ns1", base_url="http://192.168.1.2:5380"),
    NodeConfig(id="ns-2", name="ns-2", base_url="http://192.168.1.3:5380"),
)


def read(variables: dict[str, str], *, session_auth: bool = False) -> tuple[Env, dict[str, str]]:
    env = Env(variables)
    found = node_tokens(env, NODES, session_auth=session_auth)
    shown = {node_id: f"{it.variable}={it.token.reveal()}" for node_id, it in found.items()}
    return env, shown


def test_a_nodes_own_token_wins_over_the_clusters() -> None:
    env, found = read({"TECHNITIUM_CLUSTER_TOKEN": "all", "TECHNITIUM_NS2_TOKEN": "own"})

    assert found == {"ns1": "TECHNITIUM_CLUSTER_TOKEN=all", "ns-2": "TECHNITIUM_NS2_TOKEN=own"}
    assert env.problems == []


def test_tokens_are_read_from_files_too(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("from a file\n".replace(" ", "-"))

    _, found = read(
        {"TECHNITIUM_NS1_TOKEN_FILE": str(tmp_path / "token"), "TECHNITIUM_CLUSTER_TOKEN": "all"}
    )

    assert found["ns1"] == "TECHNITIUM_NS1_TOKEN=from-a-file"


def test_nodes_without_any_token_are_named_in_one_line() -> None:
    env, _ = read({})

    (problem,) = env.problems
    assert problem.startswith("TECHNITIUM_NS1_TOKEN, TECHNITIUM_NS2_TOKEN (or ")
    assert "TECHNITIUM_CLUSTER_TOKEN" in problem


def test_only_the_node_that_lacks_one_is_named() -> None:
    env, _ = read({"TECHNITIUM_NS1_TOKEN": "x"})

    assert env.problems[0].startswith("TECHNITIUM_NS2_TOKEN (or ")


@pytest.mark.parametrize("text", ["two words", "tab\there", "ümlaut"])
def test_what_cannot_be_a_token_is_a_problem_that_does_not_show_it(text: str) -> None:
    env, _ = read({"TECHNITIUM_CLUSTER_TOKEN": text})

    (problem,) = env.problems
    assert problem.startswith("TECHNITIUM_CLUSTER_TOKEN holds")
    assert text not in problem


def test_it_is_said_loudly_that_nobody_signs_in() -> None:
    env, _ = read({"TECHNITIUM_CLUSTER_TOKEN": "x"})

    assert any("Nobody signs in" in warning for warning in env.warnings)


def test_where_people_sign_in_no_token_is_read_and_leftovers_are_named(tmp_path: Path) -> None:
    variables = {
        "TECHNITIUM_CLUSTER_TOKEN_FILE": str(tmp_path / "none"),
        "TECHNITIUM_NS1_TOKEN": "x",
    }

    env, found = read(variables, session_auth=True)

    assert found == {}
    assert env.problems == []
    (warning,) = env.warnings
    assert warning.startswith("TECHNITIUM_NS1_TOKEN is used by nobody")


def test_a_token_shows_nothing_of_itself() -> None:
    env = Env({"TECHNITIUM_CLUSTER_TOKEN": "canary"})
    (token, _) = node_tokens(env, NODES, session_auth=False).values()

    assert isinstance(token, NodeToken)
    assert "canary" not in repr(token)
