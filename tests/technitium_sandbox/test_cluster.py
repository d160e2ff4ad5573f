"""Clusters beyond what was recorded: refusals, parting, changing hands, what outlives a restart."""

from collections.abc import AsyncGenerator
from pathlib import Path

import httpx
import pytest
from technitium_sandbox.persistence import restore, save

from tests.support.sandbox import fresh_nodes, totp_code
from tests.technitium_sandbox.lab_cluster import FOR_INIT, LabCluster

API = "/api/admin/cluster/"


@pytest.fixture
async def cluster() -> AsyncGenerator[LabCluster, None]:
    async with fresh_nodes(names=("ns1", "ns2", "ns3")) as lab, httpx.AsyncClient() as client:
        made = LabCluster(lab, client)
        await made.make("ns1", "ns2", "ns3")
        yield made


@pytest.fixture
async def alone() -> AsyncGenerator[LabCluster, None]:
    async with fresh_nodes(names=("ns1", "ns2")) as lab, httpx.AsyncClient() as client:
        made = LabCluster(lab, client)
        for name in ("ns1", "ns2"):
            made.tokens[name] = await made.sign_in(name, "admin", "admin")
        yield made


async def test_joining_needs_the_code_of_a_person_with_two_factors(alone: LabCluster) -> None:
    await alone.call("ns1", f"{API}init", FOR_INIT)
    secret = (await alone.call("ns1", "/api/user/2fa/init"))["response"]["secret"]
    person = alone.lab.nodes["ns1"].node.directory.user("admin")
    person.totp_secret, person.totp_enabled = secret, True

    refused = await alone.join("ns2", "127.0.0.2")
    wrong = await alone.join("ns2", "127.0.0.2", primaryNodeTotp="000000")
    person.totp_secret = "JBSWY3DPEHPK3PXP"
    joined = await alone.join("ns2", "127.0.0.2", primaryNodeTotp=totp_code(alone.lab))

    assert refused["status"] == "2fa-required"
    assert refused["errorMessage"] == (
        "Failed to join Cluster: two-factor authentication is required by the Primary node"
        " user account."
    )
    assert wrong["errorMessage"].startswith("Invalid time-based one-time password (TOTP)")
    assert joined["status"] == "ok"


async def test_a_node_without_a_cluster_cannot_be_joined(alone: LabCluster) -> None:
    node = alone.lab.nodes["ns1"].node
    node.rename("ns1.lab.test")
    node.settings["webServiceEnableTls"] = True

    answer = await alone.join("ns2", "127.0.0.2")

    assert answer["errorMessage"] == (
        "Failed to join Cluster: the Primary node does not have a Cluster initialized."
    )


async def test_a_primary_by_name_alone_must_be_known(alone: LabCluster) -> None:
    answer = await alone.join("ns2", "127.0.0.2", primaryNodeIpAddress="")

    assert answer["errorMessage"] == (
        "Failed to join Cluster: the Primary node domain name 'ns1.lab.test' could not be resolved"
        " to an IP address. Please specify the Primary node IP address manually."
    )


async def test_calls_for_the_other_role_are_refused(cluster: LabCluster) -> None:
    on_primary = await cluster.call("ns1", f"{API}secondary/promote")
    on_secondary = await cluster.call("ns2", f"{API}primary/delete")

    assert "only Secondary nodes can" in on_primary["errorMessage"]
    assert "only a Primary node can" in on_secondary["errorMessage"]


async def test_intervals_are_checked_and_spread(cluster: LabCluster) -> None:
    form = {"heartbeatRefreshIntervalSeconds": "60", "configRefreshIntervalSeconds": "120"}

    too_short = await cluster.call(
        "ns1", f"{API}primary/setOptions", {"heartbeatRetryIntervalSeconds": "5"}
    )
    await cluster.call("ns1", f"{API}primary/setOptions", form)
    cluster.lab.clock.advance(11)
    seen = (await cluster.call("ns2", f"{API}state"))["response"]

    assert too_short["status"] == "error"
    assert seen["heartbeatRefreshIntervalSeconds"] == 60
    assert seen["configRefreshIntervalSeconds"] == 120


async def test_a_node_that_moved_is_known_by_all(cluster: LabCluster) -> None:
    await cluster.call("ns2", f"{API}updateIpAddress", {"ipAddresses": "192.0.2.2, 2001:db8::2"})
    cluster.lab.clock.advance(11)

    seen = (await cluster.call("ns3", f"{API}state"))["response"]["clusterNodes"][1]

    assert seen["name"] == "ns2.lab.test"
    assert seen["ipAddresses"] == ["192.0.2.2", "2001:db8::2"]


async def test_leaving_while_the_primary_is_down_must_be_forced(cluster: LabCluster) -> None:
    await cluster.lab.stop("ns1")

    refused = await cluster.call("ns2", f"{API}secondary/leave")
    left = await cluster.call("ns2", f"{API}secondary/leave", {"forceLeave": "true"})

    assert refused["errorMessage"] == "Connection refused (ns1.lab.test:53443)"
    assert left["response"] == {
        "version": "15.2",
        "dnsServerDomain": "ns2",
        "clusterInitialized": False,
    }


async def test_a_secondary_learns_who_leads_after_a_promotion(cluster: LabCluster) -> None:
    await cluster.call("ns2", f"{API}secondary/promote")
    cluster.lab.clock.advance(11)

    assert await cluster.states("ns3") == {"ns2": "Primary Connected", "ns3": "Secondary Self"}
    assert await cluster.states("ns2") == {"ns2": "Primary Self", "ns3": "Secondary Connected"}
    assert await cluster.states("ns1") == {}
    made = await cluster.call("ns3", "/api/admin/users/create", {"user": "new", "pass": "new"})
    assert made["server"] == "ns2.lab.test"


async def test_a_dead_primary_is_replaced_by_force(cluster: LabCluster) -> None:
    await cluster.lab.stop("ns1")

    refused = await cluster.call("ns2", f"{API}secondary/promote")
    promoted = await cluster.call("ns2", f"{API}secondary/promote", {"forceDeletePrimary": "true"})

    assert refused["errorMessage"] == "Connection refused (ns1.lab.test:53443)"
    assert [one["type"] for one in promoted["response"]["clusterNodes"]] == ["Primary", "Secondary"]


async def test_every_node_sees_a_stopped_one_for_itself(cluster: LabCluster) -> None:
    await cluster.lab.stop("ns3")
    before = await cluster.states("ns2")
    cluster.lab.clock.advance(31)
    while_down = await cluster.states("ns2")
    await cluster.lab.start("ns3")
    cluster.lab.clock.advance(10)

    assert before["ns3"] == "Secondary Connected"
    assert while_down["ns3"] == "Secondary Unreachable"
    assert (await cluster.states("ns2"))["ns3"] == "Secondary Connected"


async def test_a_secondary_that_was_down_catches_up(cluster: LabCluster) -> None:
    await cluster.lab.stop("ns3")
    await cluster.call("ns1", "/api/admin/users/create", {"user": "late", "pass": "late"})
    cluster.lab.clock.advance(60)
    await cluster.lab.start("ns3")
    cluster.lab.clock.advance(6)

    assert await cluster.sign_in("ns3", "late", "late")


async def test_the_refresh_brings_what_was_not_told(cluster: LabCluster) -> None:
    session = await cluster.sign_in("ns1", "alice", "pw")
    form = {"tokenName": "quiet"}
    answer = await cluster.call("ns1", "/api/user/createToken", form, token=session)
    cluster.lab.clock.advance(60)
    await cluster.lab.stop("ns1")
    await cluster.lab.start("ns1")
    cluster.lab.clock.advance(901)

    assert await cluster.is_live("ns2", answer["token"])


async def test_a_zone_of_the_catalog_reaches_the_secondaries(cluster: LabCluster) -> None:
    zone = {"zone": "shared.test", "type": "Primary", "catalog": "cluster-catalog.lab.test"}
    await cluster.call("ns1", "/api/zones/create", zone)
    cluster.lab.clock.advance(11)

    listed = (await cluster.call("ns2", "/api/zones/list"))["response"]["zones"]

    assert {one["name"]: one["type"] for one in listed}["shared.test"] == "Secondary"


async def test_init_and_leave_rename_the_node(cluster: LabCluster) -> None:
    await cluster.call("ns2", f"{API}secondary/leave")
    await cluster.call("ns3", f"{API}secondary/leave")
    ended = await cluster.call("ns1", f"{API}primary/delete")
    zones = (await cluster.call("ns1", "/api/zones/list"))["response"]["zones"]
    tokens = (await cluster.call("ns1", "/api/admin/sessions/list"))["response"]["sessions"]

    assert ended["server"] == "ns1"
    assert "lab.test" in [one["name"] for one in zones]
    assert "cluster-catalog.lab.test" not in [one["name"] for one in zones]
    assert "ClusterApiToken" not in [one["type"] for one in tokens]


async def test_a_cluster_is_there_when_the_sandbox_starts_again(
    cluster: LabCluster, tmp_path: Path
) -> None:
    path = tmp_path / "state.json"
    save(path, cluster.lab.wire.nodes)
    again = fresh_nodes(names=("ns1", "ns2", "ns3"))
    restore(path, again.wire.nodes)

    async with again as lab:
        told = LabCluster(lab, cluster.client)
        told.tokens = cluster.tokens
        states = await told.states("ns2")

    assert states == {
        "ns1": "Primary Connected",
        "ns2": "Secondary Self",
        "ns3": "Secondary Connected",
    }


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("initJoin", {"primaryNodeUrl": "http://ns1.lab.test"}),
        ("initJoin", {"primaryNodeUrl": "https://[bad"}),
        ("initJoin", {"primaryNodeUrl": "https://ns1.lab.test:99999/"}),
        ("initJoin", {"secondaryNodeIpAddresses": ",".join(["127.0.0.2"] * 11)}),
        ("initJoin", {"secondaryNodeIpAddresses": ", ,"}),
        ("init", {**FOR_INIT, "clusterDomain": "a..b"}),
        ("init", {**FOR_INIT, "primaryNodeIpAddresses": "nowhere"}),
        ("primary/removeSecondary", {"secondaryNodeId": "99999999999"}),
        ("secondary/notify", {"primaryNodeId": "x"}),
        ("updateIpAddress", {"ipAddresses": "127.0.0.1"}),
    ],
)
async def test_wrong_input_is_an_error_of_the_nodes_own_kind(
    alone: LabCluster, path: str, form: dict[str, str]
) -> None:
    if path == "initJoin":
        answer = await alone.join("ns2", "127.0.0.2", **form)
    else:
        answer = await alone.call("ns2", f"{API}{path}", form)

    assert answer["status"] == "error"
    assert "sandbox failed" not in answer["errorMessage"]
