"""The recorded calls about settings, told to two new nodes; the rest of that story is of lists."""

import httpx

from tests.support.sandbox import fresh_nodes
from tests.technitium_sandbox.storyteller import Storyteller, read


async def test_new_nodes_answer_for_their_settings_as_recorded() -> None:
    async with fresh_nodes(names=("ns1", "ns2")) as lab, httpx.AsyncClient() as client:
        teller = Storyteller(lab, client)
        differing: dict[str, list[str]] = {}
        told = 0

        for exchange in read("lists.json"):
            path = exchange.get("path", "")
            if not path.startswith("/api/settings/") and path != "/api/user/login":
                continue
            told += 1
            differences = await teller.tell(exchange)
            if differences:
                differing[exchange["what"]] = differences

        assert told == 17
        assert differing == {}
