"""The recorded stories of query logs and of the DNS client, told whole."""

from datetime import UTC, datetime

import httpx
import pytest
from technitium_sandbox.clock import SandboxClock

from tests.support.sandbox import fresh_nodes
from tests.technitium_sandbox.storyteller import Exchange, Storyteller, carry_out, read

NOW = datetime(2026, 11, 22, 5, 14, 14, 784035, tzinfo=UTC)
AFTER = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("story", ["logs.json", "client.json"])
async def test_story_is_told_as_recorded(story: str) -> None:
    lab = fresh_nodes(names=("ns1", "ns2"), clock=SandboxClock(source=NOW.timestamp))
    async with lab, httpx.AsyncClient() as client:
        teller = Storyteller(lab, client)
        differing: dict[str, list[str]] = {}

        for exchange in read(story):
            if "note" in exchange:
                await carry_out(lab, exchange.get("do", {}))
                continue
            differences = await teller.tell(_dated(exchange))
            if differences:
                differing[exchange["what"]] = differences

        assert differing == {}


def _dated(exchange: Exchange) -> Exchange:
    """With a date where the recording has only a placeholder: one in the future."""
    query = {key: value for key, value in exchange.get("query", {}).items() if value != "<time>"}
    if "start" in exchange.get("query", {}):
        query["start"] = AFTER.isoformat()
    return {**exchange, "query": query} if "query" in exchange else exchange
