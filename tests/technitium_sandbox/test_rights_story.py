"""A hundred calls by people without rights, with View, with Modify, with all: who gets in."""

import httpx

from tests.support.sandbox import fresh_nodes
from tests.technitium_sandbox.rights_table import PEOPLE, difference
from tests.technitium_sandbox.storyteller import Storyteller, read


async def test_rights_decide_as_recorded() -> None:
    async with fresh_nodes() as lab, httpx.AsyncClient() as client:
        teller = Storyteller(lab, client)
        differing: list[str] = []

        for exchange in read("rights.json"):
            if "right" in exchange:
                differing += [await difference(teller, exchange["right"], who) for who in PEOPLE]
            else:
                differing += await teller.tell(exchange)

        assert [one for one in differing if one] == []
