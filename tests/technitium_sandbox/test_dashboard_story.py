"""The recorded statistics before and after known queries."""

from datetime import UTC, datetime, timedelta

import httpx
from technitium_sandbox.clock import SandboxClock
from technitium_sandbox.node import Node
from technitium_sandbox.resolution import Query
from technitium_sandbox.statistics import Rcode
from technitium_sandbox.zones import Zone

from tests.support.sandbox import Sandbox, fresh_nodes
from tests.technitium_sandbox.storyteller import Exchange, Storyteller, read

NOW = datetime(2026, 11, 22, 5, 14, 20, tzinfo=UTC)
NOT_TOLD = {
    "/api/settings/set": "settings cannot be changed yet; the test sets the outcome",
    "/api/zones/create": "zones cannot be made yet; the test makes them",
    "/api/zones/records/add": "records are not held yet; the test names the hosts",
    "/api/blocked/add": "the blocked list cannot be changed yet; the test fills it",
}


async def test_statistics_answer_as_recorded() -> None:
    clock = SandboxClock(source=NOW.timestamp)
    lab = fresh_nodes(names=("ns1", "ns2"), clock=clock)
    _prepare(lab.nodes["ns1"].node)
    async with lab, httpx.AsyncClient() as client:
        teller = Storyteller(lab, client)
        differing: dict[str, list[str]] = {}

        for exchange in read("dashboard.json"):
            if "note" in exchange:
                _do(lab, exchange.get("do", {}))
            elif exchange["path"] not in NOT_TOLD:
                differences = await teller.tell(_dated(exchange))
                if differences:
                    differing[exchange["what"]] = differences

        assert differing == {}


def _prepare(node: Node) -> None:
    """What the first exchanges of the story set up."""
    now = node.clock.now()
    node.zones.add(Zone(name="home.test", last_modified=now, hosts=frozenset({"www.home.test"})))
    node.zones.add(
        Zone(
            name="1.168.192.in-addr.arpa",
            last_modified=now,
            hosts=frozenset({"10.1.168.192.in-addr.arpa"}),
        )
    )
    node.resolver.blocked.add("ads.test")
    known = {
        "host.up.test": Rcode.NO_ERROR,
        "gone.up.test": Rcode.NX_DOMAIN,
        "refused.example": Rcode.SERVER_FAILURE,
    }
    node.resolver.upstream = known.__getitem__


def _do(lab: Sandbox, what: Exchange) -> None:
    for query in what.get("queries", []):
        lab.nodes[query["to"]].node.asked(Query(**query))
    if "advance" in what:
        lab.clock.advance(60 - lab.clock.now() % 60 + 15)


def _dated(exchange: Exchange) -> Exchange:
    """With dates where the recording has only a placeholder: ten minutes around the queries."""
    query = dict(exchange.get("query", {}))
    if "start" in query:
        start, end = NOW - timedelta(minutes=10), NOW
        if "backwards" in exchange["what"]:
            start, end = end, start
        query |= {"start": start.isoformat(), "end": end.isoformat()}
    return {**exchange, "query": query}
