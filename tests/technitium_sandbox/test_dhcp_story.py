"""The recorded story of scopes, reservations and leases, told to a new node."""

import httpx

from tests.support.sandbox import fresh_nodes
from tests.technitium_sandbox.storyteller import Storyteller, carry_out, read


async def test_a_new_node_answers_the_dhcp_story_as_recorded() -> None:
    async with fresh_nodes() as lab, httpx.AsyncClient() as client:
        teller = Storyteller(lab, client)
        differing: dict[str, list[str]] = {}

        for exchange in read("dhcp.json"):
            if "note" in exchange:
                await carry_out(lab, exchange["do"])
                continue
            differences = await teller.tell(exchange)
            if differences:
                differing[exchange["what"]] = differences

        assert differing == {}
