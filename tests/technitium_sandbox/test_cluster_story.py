"""The recorded stories of clusters, told whole from fresh nodes."""

import httpx
import pytest

from tests.support.sandbox import Sandbox, fresh_nodes
from tests.technitium_sandbox.lab_cluster import LabCluster
from tests.technitium_sandbox.storyteller import Exchange, Storyteller, carry_out, read


@pytest.mark.parametrize(
    ("recording", "version"), [("cluster.json", "15.2"), ("v14/cluster.json", "14.3")]
)
async def test_three_nodes_become_a_cluster_as_recorded(recording: str, version: str) -> None:
    names = ("ns1", "ns2", "ns3")
    async with fresh_nodes(names=names, version=version) as lab, httpx.AsyncClient() as client:
        assert await differing(Storyteller(lab, client), recording) == {}


async def test_tokens_and_people_of_a_cluster_are_as_recorded() -> None:
    async with fresh_nodes(names=("ns1", "ns2")) as lab, httpx.AsyncClient() as client:
        cluster, teller = LabCluster(lab, client), Storyteller(lab, client)
        await cluster.make("ns1", "ns2")
        for name, token in cluster.tokens.items():
            teller.known["token", f"admin@{name}"] = token

        assert await differing(teller, "xcluster.json") == {}


async def differing(teller: Storyteller, recording: str) -> dict[str, list[str]]:
    """What differs in the telling of a story, by what was asked."""
    found: dict[str, list[str]] = {}
    for exchange in read(recording):
        if "note" in exchange:
            await carry_out(teller.lab, exchange.get("do", {}))
            continue
        _arrange(teller.lab, exchange)
        differences = await teller.tell(exchange)
        if differences:
            found[exchange["what"]] = differences
    return found


def _arrange(lab: Sandbox, exchange: Exchange) -> None:
    """What the recordings do not say to a program."""
    if "14 s" in exchange["what"]:
        lab.clock.advance(14)
    form = exchange.get("form", {})
    if form.get("totp"):
        form["totp"] = "<totp:2fa>"
    if "secondaryNodeId" in form:
        cluster = lab.nodes["ns1"].node.cluster
        assert cluster is not None
        form["secondaryNodeId"] = str(cluster.find("ns3.lab.test").node_id)
