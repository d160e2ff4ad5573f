"""Zones in a cluster and over a restart: copies by the catalog, what the cluster protects."""

from pathlib import Path

from technitium_sandbox import persistence
from technitium_sandbox.demonstration.nodes import demonstration
from technitium_sandbox.sandbox import Sandbox as Lab

from tests.technitium_sandbox.caller import Caller

TRANSFERRED_S = 11
CATALOG = "cluster-catalog.home.arpa"


async def test_a_zone_of_the_cluster_catalog_reaches_the_secondaries(caller: Caller) -> None:
    first, second = await caller.token("ns1"), await caller.token("ns2")
    await caller.call(
        "ns1", "/api/zones/create", {"zone": "new.test", "catalog": CATALOG}, token=first
    )
    caller.lab.clock.advance(TRANSFERRED_S)

    there = await caller.call("ns2", "/api/zones/options/get", {"zone": "new.test"}, token=second)
    record = {"domain": "x.new.test", "type": "A", "ipAddress": "192.0.2.1"}
    refused = await caller.call("ns2", "/api/zones/records/add", record, token=second)
    await caller.call("ns1", "/api/zones/delete", {"zone": "new.test"}, token=first)
    caller.lab.clock.advance(TRANSFERRED_S)
    gone = await caller.call("ns2", "/api/zones/options/get", {"zone": "new.test"}, token=second)

    assert there["response"]["type"] == "Secondary"
    assert there["response"]["catalog"] == CATALOG
    assert refused["errorMessage"] == "Cannot add record in Secondary zone."
    assert gone["errorMessage"] == "No such zone was found: new.test"


async def test_the_cluster_keeps_its_own_zones(caller: Caller) -> None:
    token = await caller.token("ns1")

    answers = [
        await caller.call("ns1", f"/api/zones/{verb}", {"zone": zone}, token=token)
        for verb, zone in (("delete", "home.arpa"), ("disable", CATALOG))
    ]

    assert [answer["errorMessage"] for answer in answers] == [
        "Cannot delete the Cluster Primary zone 'home.arpa'.",
        f"Cannot disable the Cluster Catalog zone '{CATALOG}'.",
    ]


async def test_the_right_on_a_zone_is_another_one_than_on_the_section(caller: Caller) -> None:
    admin, viewer = await caller.token("ns1"), await caller.token("ns1", "viewer")
    form = {"zone": "lab.home.arpa", "userPermissions": "viewer|false|true|false"}
    await caller.call("ns1", "/api/zones/permissions/set", form, token=admin)

    record = {"domain": "x.lab.home.arpa", "type": "A", "ipAddress": "192.0.2.1"}
    added = await caller.call("ns1", "/api/zones/records/add", record, token=viewer)
    shown = await caller.call("ns1", "/api/zones/records/get", record, token=viewer)
    switched = await caller.call("ns1", "/api/zones/enable", form, token=viewer)

    assert added["status"] == "ok"
    assert shown["errorMessage"] == switched["errorMessage"] == "Access was denied."


def test_zones_outlive_the_program(tmp_path: Path) -> None:
    before, after = Lab(demonstration), Lab(demonstration)
    node = before.wire.nodes[0]
    zone = node.zones.find("lab.home.arpa")
    assert zone is not None
    zone.drop("git.lab.home.arpa", "A", node.clock.now())

    persistence.save(tmp_path / "state", before.wire.nodes)
    persistence.restore(tmp_path / "state", after.wire.nodes)

    assert [one.row(0) for one in after.wire.nodes[0].zones if not one.internal] == [
        one.row(0) for one in node.zones if not one.internal
    ]
    restored = after.wire.nodes[0].zones.find("lab.home.arpa")
    assert restored is not None
    assert restored.records() == zone.records()
