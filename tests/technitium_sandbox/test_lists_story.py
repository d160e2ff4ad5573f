"""The recorded story of allowed and blocked names, cache, apps and settings."""

import httpx

from tests.support.sandbox import fresh_nodes
from tests.technitium_sandbox.storyteller import Storyteller, carry_out, read

EXCUSED: dict[str, str] = {}


async def test_new_nodes_answer_the_lists_story_as_recorded() -> None:
    async with fresh_nodes(names=("ns1", "ns2")) as lab, httpx.AsyncClient() as client:
        teller = Storyteller(lab, client)
        differing: dict[str, list[str]] = {}

        for number, exchange in enumerate(read("lists.json")):
            if "note" in exchange:
                await carry_out(lab, exchange.get("do", {}))
                continue
            differences = await teller.tell(exchange)
            if differences:
                differing[f"{number}: {exchange['what']}"] = differences

        assert {what: differing[what] for what in differing.keys() - EXCUSED.keys()} == {}
        assert set(differing) == set(EXCUSED)
