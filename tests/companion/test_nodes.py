"""Nodes as the settings name them, and what is refused at start."""

from pathlib import Path

import pytest
from companion.env import Env
from companion.nodes import NodeConfig, find, read_nodes, variable

from tests.companion.technitium.certificates import make

HTTP = "http://192.168.1.2:5380"
HTTPS = "https://ns1.example.org:53443"


def read(**variables: str) -> tuple[tuple[NodeConfig, ...], Env]:
    env = Env(variables)
    return read_nodes(env), env


def problems(**variables: str) -> list[str]:
    """What is wrong with one node called ns1, at an address that is right unless given."""
    defaults = {"TECHNITIUM_NODES": "ns1", "TECHNITIUM_NS1_BASE_URL": HTTPS}
    return read(**(defaults | variables))[1].problems


def test_node_needs_no_more_than_an_address() -> None:
    nodes, env = read(TECHNITIUM_NODES="ns1", TECHNITIUM_NS1_BASE_URL=HTTPS + "/")

    assert nodes == (NodeConfig(id="ns1", name="ns1", base_url=HTTPS),)
    assert env.problems == []
    assert nodes[0].insecure is False


def test_everything_that_can_be_set_is_read() -> None:
    pin = "AB:" * 31 + "AB"

    nodes, env = read(
        TECHNITIUM_NODES="Node-1, lab_2",
        TECHNITIUM_NODE1_BASE_URL=HTTPS,
        TECHNITIUM_NODE1_NAME="Living room",
        TECHNITIUM_NODE1_TLS_PIN=pin,
        TECHNITIUM_LAB2_BASE_URL="http://ns2.example.org",
        TECHNITIUM_LAB2_ALLOW_HTTP="yes",
    )

    assert env.problems == []
    assert nodes[0] == NodeConfig(
        id="Node-1", name="Living room", base_url=HTTPS, pins=(b"\xab" * 32,)
    )
    assert (nodes[1].id, nodes[1].allow_http, nodes[1].insecure) == ("lab_2", True, True)
    env.unknown(["TECHNITIUM_"])
    assert env.warnings == []


def test_node_is_found_in_any_case() -> None:
    nodes, _ = read(TECHNITIUM_NODES="Node-1", TECHNITIUM_NODE1_BASE_URL=HTTPS)

    assert find(nodes, "nODE-1") is nodes[0]
    assert find(nodes, "node1") is None


def test_nothing_but_letters_and_digits_of_an_id_is_in_a_variable() -> None:
    assert variable("node-1.home_A", "BASE_URL") == "TECHNITIUM_NODE1HOMEA_BASE_URL"


def test_no_nodes_is_a_problem() -> None:
    assert "TECHNITIUM_NODES" in read()[1].problems[0]


def test_missing_address_is_a_problem_that_names_the_variable() -> None:
    assert problems(TECHNITIUM_NS1_BASE_URL="") == [
        "TECHNITIUM_NS1_BASE_URL is not set: give the address of ns1."
    ]


@pytest.mark.parametrize("ids", ["node-1,node1", "Node_1,NODE.1", "ns1,ns1"])
def test_ids_that_share_variables_are_refused(ids: str) -> None:
    _, env = read(
        TECHNITIUM_NODES=ids, TECHNITIUM_NODE1_BASE_URL=HTTP, TECHNITIUM_NS1_BASE_URL=HTTP
    )

    assert len(env.problems) == 1
    assert "shares the variables" in env.problems[0]


@pytest.mark.parametrize(
    "node_id",
    [
        "all",
        "Logs",
        "zones",
        "dhcp",
        "advanced-blocking",
        "known-clients",
        "dns-schedules",
        "dns-overrides",
        "log-alerts",
        "cluster",
        "Back-Ground",
        "d.hcp",
    ],
)
def test_ids_with_a_meaning_of_their_own_are_refused(node_id: str) -> None:
    found = problems(TECHNITIUM_NODES=f"ns1,{node_id}")

    assert len(found) == 1
    assert "a meaning of its own" in found[0]


@pytest.mark.parametrize("node_id", ["//evil", "@evil", "..", "a b", "a/b", "-", "ü", "a" * 64])
def test_ids_that_do_not_fit_into_a_route_are_refused(node_id: str) -> None:
    assert "letters, digits" in problems(TECHNITIUM_NODES=f"ns1,{node_id}")[0]


@pytest.mark.parametrize("address", ["http://ns1.example.org:5380", "http://8.8.8.8"])
def test_plain_http_to_a_public_address_needs_a_word(address: str) -> None:
    (problem,) = problems(TECHNITIUM_NS1_BASE_URL=address)

    assert "TECHNITIUM_NS1_ALLOW_HTTP=true" in problem
    assert problems(TECHNITIUM_NS1_BASE_URL=address, TECHNITIUM_NS1_ALLOW_HTTP="true") == []


def test_plain_http_to_a_private_address_is_accepted_and_called_insecure() -> None:
    nodes, env = read(TECHNITIUM_NODES="ns1", TECHNITIUM_NS1_BASE_URL=HTTP)

    assert env.problems == []
    assert nodes[0].insecure is True


def test_verification_that_is_off_is_insecure_and_warned_of() -> None:
    nodes, env = read(
        TECHNITIUM_NODES="ns1", TECHNITIUM_NS1_BASE_URL=HTTPS, TECHNITIUM_NS1_TLS_VERIFY="false"
    )

    assert nodes[0].insecure is True
    assert env.problems == []
    assert env.warnings == ["TECHNITIUM_NS1_TLS_VERIFY is false: anyone may pose as ns1."]


@pytest.mark.parametrize("pin", ["abcd", "sha1:" + "a" * 40, "yes"])
def test_pin_of_another_form_is_a_problem(pin: str) -> None:
    (problem,) = problems(TECHNITIUM_NS1_TLS_PIN=pin)

    assert problem.startswith("TECHNITIUM_NS1_TLS_PIN must be SHA-256 fingerprints")


def test_ca_file_that_cannot_be_used_is_a_problem(tmp_path: Path) -> None:
    (problem,) = problems(TECHNITIUM_NS1_CA_FILE=str(tmp_path / "gone.pem"))

    assert problem.startswith("TECHNITIUM_NS1_CA_FILE must be a file that can be read")


def test_ca_file_that_nothing_would_look_at_is_a_problem(tmp_path: Path) -> None:
    authority = make(tmp_path, "ca", is_ca=True)

    (problem,) = problems(
        TECHNITIUM_NS1_CA_FILE=str(authority.cert_file), TECHNITIUM_NS1_TLS_VERIFY="no"
    )

    assert "keep one of them" in problem


def test_pin_without_https_is_a_problem() -> None:
    (problem,) = problems(TECHNITIUM_NS1_BASE_URL=HTTP, TECHNITIUM_NS1_TLS_PIN="ab" * 32)

    assert problem == "TECHNITIUM_NS1_TLS_PIN is set, but TECHNITIUM_NS1_BASE_URL is http."


def test_all_problems_are_told_at_once() -> None:
    found = problems(
        TECHNITIUM_NODES="ns1,ns2,all",
        TECHNITIUM_NS1_BASE_URL="http://8.8.8.8?",
        TECHNITIUM_NS1_TLS_VERIFY="perhaps",
    )

    assert len(found) == 4
