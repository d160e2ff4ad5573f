"""The recorded story of sign-in, sessions, tokens, people and rights, told to a new node."""

import httpx

from tests.support.sandbox import fresh_nodes
from tests.technitium_sandbox.storyteller import Storyteller, read

EXCUSED = {
    "users set groups": "alice-3 is listed before alice, which was used later in what is recorded",
}


async def test_a_new_node_answers_the_auth_story_as_recorded() -> None:
    async with fresh_nodes() as lab, httpx.AsyncClient() as client:
        teller = Storyteller(lab, client)
        differing: dict[str, list[str]] = {}

        for exchange in read("auth.json"):
            if "note" in exchange:
                await lab.stop(exchange["do"]["stop"])
                await lab.start(exchange["do"]["start"])
                continue
            differences = await teller.tell(exchange)
            if differences:
                differing[exchange["what"]] = differences

        assert {what: differing[what] for what in differing.keys() - EXCUSED.keys()} == {}
        assert set(differing) == set(EXCUSED)
