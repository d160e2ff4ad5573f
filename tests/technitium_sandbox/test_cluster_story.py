"""The recorded stories of a cluster, from the moment at which it has been made."""

from collections.abc import Mapping

import httpx
from technitium_sandbox import cluster
from technitium_sandbox.demonstration import add_user, fresh
from technitium_sandbox.node import Node
from technitium_sandbox.sandbox import Sandbox
from technitium_sandbox.sessions import Kind
from technitium_sandbox.zones import Zone, ZoneType

from tests.technitium_sandbox.storyteller import Exchange, Storyteller, read

NOT_SIMULATED = {
    "/api/settings/set": "settings cannot be changed yet",
    "/api/admin/cluster/init": "the cluster is made by the test",
    "/api/admin/cluster/initJoin": "the cluster is made by the test",
    "/api/admin/cluster/primary/removeSecondary": "members cannot leave yet",
    "/api/admin/cluster/primary/delete": "members cannot leave yet",
    "/api/admin/cluster/secondary/leave": "members cannot leave yet",
    "/api/admin/cluster/secondary/promote": "members cannot be promoted yet",
    "/api/zones/create": "zones cannot be made yet",
    "/api/zones/records/add": "records are not held yet",
    "/api/zones/records/get": "records are not held yet",
    "/api/dhcp/scopes/list": "there is no DHCP yet",
    "/api/allowed/add": "the allowed list is not held yet",
    "/api/allowed/list": "the allowed list is not held yet",
    "/api/allowed/export": "the allowed list is not held yet",
    "/api/logs/list": "there are no log files yet",
    "/api/cache/flush": "the cache is not held yet",
}
# Carried out for what follows, but the answer is of a time before the cluster or after its end.
NOT_COMPARED = {
    "create alice on ns1 before": "the nodes are not a cluster yet",
    "sign in as admin": "the nodes are not a cluster yet",
    "sign in as alice": "the nodes are not a cluster yet",
    "alice's API token": "the nodes are not a cluster yet",
    "state before": "the nodes are not a cluster yet",
    "node= is ignored without a cluster": "the nodes are not a cluster yet",
    "init as alice: denied": "the nodes are not a cluster yet",
    "state of the Primary just after": "the cluster is made by the test",
    "state on ns2": "upSince is learnt at once",
    "session/get on a Secondary": "upSince is learnt at once",
    "an API token made before the join, on ns2": "upSince is learnt at once",
    "state of the new Primary": "members cannot be promoted yet",
    "state of the former Primary": "members cannot be promoted yet",
}
AFTER_LEAVING = {
    "state of the Primary after it left": "members cannot leave yet",
    "state of the former Secondary": "members cannot leave yet",
    "state at the end": "members cannot leave yet",
}
# Told and compared, and known to differ.
EXCUSED = {
    "actingUser from outside is ignored": "in the recording all nodes connect from 127.0.0.1",
}


def lab_cluster(sandbox: Sandbox, *, count: int, serials: tuple[int, int]) -> list[Node]:
    """The nodes of the stories after init and initJoin."""
    nodes = fresh(sandbox, names=[f"ns{n + 1}" for n in range(count)], failure_delay_s=0.0)
    for number, node in enumerate(nodes, start=1):
        node.domain = f"{node.name}.lab.test"
        node.ip_addresses = (f"127.0.0.{number}",)
        _add_cluster_zones(node, serials, is_primary=number == 1)
    cluster.form(nodes, wire=sandbox.wire, domain="lab.test", owner="admin")
    return nodes


def _add_cluster_zones(node: Node, serials: tuple[int, int], *, is_primary: bool) -> None:
    """Catalog and domain of the cluster with the serials that the recording ended at."""
    now, catalog = node.clock.now(), "cluster-catalog.lab.test"
    node.zones.add(
        Zone(
            name=catalog,
            type=ZoneType.CATALOG if is_primary else ZoneType.SECONDARY_CATALOG,
            last_modified=now,
            soa_serial=serials[0],
            expiry=now,
        )
    )
    node.zones.add(
        Zone(
            name="lab.test",
            type=ZoneType.PRIMARY if is_primary else ZoneType.SECONDARY,
            last_modified=now,
            soa_serial=serials[1],
            catalog=catalog,
            signed=True,
            expiry=now,
        )
    )


async def test_three_nodes_of_a_cluster_answer_as_recorded() -> None:
    async with _lab(3, (10, 44)) as lab, httpx.AsyncClient() as client:
        told = await _differing(Storyteller(lab, client), "cluster.json", NOT_COMPARED)

        assert {what: told[what] for what in told.keys() - EXCUSED.keys()} == {}
        assert set(told) == set(EXCUSED)


async def test_tokens_and_people_of_a_cluster_answer_as_recorded() -> None:
    async with _lab(2, (9, 31)) as lab, httpx.AsyncClient() as client:
        teller = Storyteller(lab, client)
        add_user(lab.nodes["ns1"].node, "alice", password="pw", display_name="alice")
        lab.nodes["ns1"].node.users_changed()
        lab.clock.advance(11)
        for name, stand in lab.nodes.items():
            teller.known["token", f"admin@{name}"] = _signed_in(stand.node)

        told = await _differing(teller, "xcluster.json", AFTER_LEAVING)

        assert told == {}


def _lab(count: int, serials: tuple[int, int]) -> Sandbox:
    return Sandbox(lambda sandbox: lab_cluster(sandbox, count=count, serials=serials))


def _signed_in(node: Node) -> str:
    session = node.sessions.open(
        Kind.STANDARD, "admin", now=node.clock.now(), address="127.0.0.1", agent=None
    )
    return session.token


async def _differing(
    teller: Storyteller, recording: str, not_compared: Mapping[str, str]
) -> dict[str, list[str]]:
    differing: dict[str, list[str]] = {}
    for exchange in read(recording):
        if "note" in exchange:
            await _do(teller.lab, exchange.get("do", {}))
            continue
        _arrange(teller.lab, exchange)
        if exchange["what"] in not_compared:
            teller.learn(exchange, await teller.send(exchange))
        elif exchange["path"] not in NOT_SIMULATED:
            differences = await teller.tell(exchange)
            if differences:
                differing[exchange["what"]] = differences
    return differing


def _arrange(lab: Sandbox, exchange: Exchange) -> None:
    """What the recording does not say to a program, and what calls not simulated would do."""
    if "14 s" in exchange["what"]:
        lab.clock.advance(14)
    if exchange.get("form", {}).get("totp"):
        exchange["form"]["totp"] = "<totp:2fa>"
    if exchange["path"] == "/api/admin/cluster/init":
        lab.nodes["ns1"].node.users_changed()
    if exchange["path"] == "/api/zones/create":
        node = lab.nodes["ns2"].node
        node.zones.add(Zone(name="only2.test", last_modified=node.clock.now()))


async def _do(lab: Sandbox, what: Exchange) -> None:
    if "stop" in what:
        await lab.stop(what["stop"])
    if "start" in what:
        await lab.start(what["start"])
    if "advance" in what:
        lab.clock.advance(what["advance"])
