"""The recorded statistics before and after known queries, told whole."""

from datetime import UTC, datetime, timedelta

import httpx
from technitium_sandbox.clock import SandboxClock

from tests.support.sandbox import fresh_nodes
from tests.technitium_sandbox.storyteller import Exchange, Storyteller, carry_out, read

NOW = datetime(2026, 11, 22, 5, 14, 20, tzinfo=UTC)


async def test_statistics_answer_as_recorded() -> None:
    lab = fresh_nodes(names=("ns1", "ns2"), clock=SandboxClock(source=NOW.timestamp))
    async with lab, httpx.AsyncClient() as client:
        teller = Storyteller(lab, client)
        differing: dict[str, list[str]] = {}

        for exchange in read("dashboard.json"):
            if "note" in exchange:
                await carry_out(lab, exchange.get("do", {}))
                continue
            differences = await teller.tell(_dated(exchange))
            if differences:
                differing[exchange["what"]] = differences

        assert differing == {}


def _dated(exchange: Exchange) -> Exchange:
    """With dates where the recording has only a placeholder: ten minutes around the queries."""
    if "start" not in exchange.get("query", {}):
        return exchange
    start, end = NOW - timedelta(minutes=10), NOW
    if "backwards" in exchange["what"]:
        start, end = end, start
    dates = {"start": start.isoformat(), "end": end.isoformat()}
    return {**exchange, "query": {**exchange["query"], **dates}}
