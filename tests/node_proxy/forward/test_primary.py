"""Where `primary` leads: to the one node that says so itself, or nowhere."""

from collections.abc import AsyncGenerator

import httpx
import pytest
from companion.nodes import NodeConfig
from companion.problems import Problem
from companion.technitium.errors import NodeTimeout
from companion.technitium.session_info import ClusterNode, SessionInfo
from companion.technitium.topology import Answers
from node_proxy.domain.primary import the_primary

from tests.node_proxy.conftest import MakeStack, Stack
from tests.node_proxy.forward.conftest import Ask
from tests.support.sandbox import fresh_nodes

PRIMARY = "/api/primary/technitium/"
DOMAIN = {"domain": "blocked.test"}


async def test_write_goes_to_the_primary(stack: Stack, ask: Ask) -> None:
    answer = await ask("POST", PRIMARY + "blocked/add", data=DOMAIN)

    assert answer.status_code == 200
    assert answer.json()["server"] == "ns1.home.arpa"
    assert [one.node for one in stack.lab.requests.of(path="/api/blocked/add")] == ["ns1"]


async def test_read_goes_there_as_well(ask: Ask) -> None:
    answer = await ask("GET", PRIMARY + "zones/list")

    assert answer.json()["server"] == "ns1.home.arpa"


async def test_write_reaches_no_node_while_the_primary_is_down(stack: Stack, ask: Ask) -> None:
    await stack.lab.stop("ns1")

    answer = await ask("POST", PRIMARY + "blocked/add", data=DOMAIN)

    assert (answer.status_code, answer.json()["code"]) == (503, "primary_unavailable")
    assert "ns1" in answer.json()["detail"]
    assert int(answer.headers["Retry-After"]) > 0
    assert stack.lab.requests.of(path="/api/blocked/add") == []


async def test_write_follows_the_primary_when_it_moves(stack: Stack, ask: Ask, cookie: str) -> None:
    await stack.lab.stop("ns1")
    token = await stack.token(cookie, "ns2")
    async with httpx.AsyncClient(base_url=stack.lab.nodes["ns2"].url) as direct:
        await direct.post(
            "/api/admin/cluster/secondary/promote",
            data={"token": token, "forceDeletePrimary": "true"},
        )
    stack.lab.requests.clear()

    answer = await ask("POST", PRIMARY + "blocked/add", data=DOMAIN)

    assert answer.status_code == 200, answer.text
    assert [one.node for one in stack.lab.requests.of(path="/api/blocked/add")] == ["ns2"]


async def test_secondary_that_is_down_does_not_matter(stack: Stack, ask: Ask) -> None:
    await stack.lab.stop("ns3")

    answer = await ask("POST", PRIMARY + "blocked/add", data=DOMAIN)

    assert answer.status_code == 200
    assert answer.json()["server"] == "ns1.home.arpa"


async def test_person_who_is_not_signed_in_at_the_primary_learns_it(stack: Stack) -> None:
    cookie = await stack.sign_in("admin", at=("ns2", "ns3"))

    answer = await stack.get(PRIMARY + "zones/list", cookie)

    assert (answer.status_code, answer.json()["code"]) == (503, "primary_unavailable")


@pytest.fixture
async def apart(make_stack: MakeStack) -> AsyncGenerator[Stack]:
    """Two nodes that know nothing of each other."""
    async with fresh_nodes(names=("ns1", "ns2")) as lab, make_stack(lab) as stack:
        yield stack


async def test_several_primaries_are_named(apart: Stack) -> None:
    answer = await apart.get(PRIMARY + "zones/list", await apart.sign_in("admin"))

    assert (answer.status_code, answer.json()["code"]) == (409, "primary_ambiguous")
    assert answer.json()["nodes"] == ["ns1", "ns2"]


async def test_other_primary_that_is_down_is_not_forgotten(apart: Stack) -> None:
    cookie = await apart.sign_in("admin")
    await apart.lab.stop("ns2")

    answer = await apart.get(PRIMARY + "zones/list", cookie)

    assert (answer.status_code, answer.json()["code"]) == (503, "primary_unavailable")
    assert answer.json()["nodes"] == ["ns2"]


async def test_node_alone_is_its_own_primary(make_stack: MakeStack) -> None:
    async with fresh_nodes(version="13.6") as lab, make_stack(lab) as stack:
        answer = await stack.get(PRIMARY + "zones/list", await stack.sign_in("admin"))

    assert answer.status_code == 200


def config(node_id: str) -> NodeConfig:
    return NodeConfig(id=node_id, name=node_id, base_url=f"http://{node_id}.test:5380")


def member(node_id: str, kind: str, state: str) -> ClusterNode:
    return ClusterNode(name=f"{node_id}.lab.test", url="", ip_addresses=(), type=kind, state=state)


def info(*members: ClusterNode, domain: str = "lab.test") -> SessionInfo:
    return SessionInfo(
        username="admin",
        version="15.2",
        started_at=None,
        server_domain="x.lab.test",
        cluster_initialized=bool(members),
        cluster_domain=domain if members else None,
        cluster_nodes=members,
        permissions={},
    )


def secondary() -> SessionInfo:
    return info(member("ns1", "Primary", "Unreachable"), member("ns2", "Secondary", "Self"))


def test_lone_node_is_not_taken_for_the_primary_of_a_cluster_beside_it() -> None:
    """The cluster's own Primary is down: what is meant for it must not go to the other node."""
    answers: Answers = {"ns1": NodeTimeout("ns1", "late"), "ns2": secondary(), "lab": info()}

    with pytest.raises(Problem) as caught:
        the_primary([config(node_id) for node_id in answers], answers)

    assert caught.value.code == "primary_unavailable"


def test_primary_of_another_cluster_is_not_taken_either() -> None:
    answers: Answers = {
        "ns1": NodeTimeout("ns1", "late"),
        "ns2": secondary(),
        "lab": info(member("lab", "Primary", "Self"), domain="other.test"),
    }

    with pytest.raises(Problem) as caught:
        the_primary([config(node_id) for node_id in answers], answers)

    assert caught.value.code == "primary_unavailable"


def test_hearsay_makes_no_primary() -> None:
    answers: Answers = {"ns1": NodeTimeout("ns1", "late"), "ns2": secondary()}

    with pytest.raises(Problem) as caught:
        the_primary([config(node_id) for node_id in answers], answers)

    assert caught.value.code == "primary_unavailable"
    assert caught.value.extra["nodes"] == ["ns1"]
