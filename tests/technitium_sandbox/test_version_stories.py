"""The recorded stories of the older releases, told to nodes that are of those releases."""

import httpx
import pytest

from tests.support.sandbox import fresh_nodes
from tests.technitium_sandbox.rights_table import PEOPLE, difference
from tests.technitium_sandbox.storyteller import Storyteller, carry_out, read


@pytest.mark.parametrize(
    ("recording", "version"), [("v14/auth.json", "14.3"), ("v13/auth.json", "13.6")]
)
async def test_an_older_node_answers_the_auth_story_as_recorded(
    recording: str, version: str
) -> None:
    async with fresh_nodes(version=version) as lab, httpx.AsyncClient() as client:
        teller = Storyteller(lab, client)
        differing: dict[str, list[str]] = {}

        for exchange in read(recording):
            if "note" in exchange:
                await carry_out(lab, exchange["do"])
                continue
            differences = await teller.tell(exchange)
            if differences:
                differing[exchange["what"]] = differences

        assert differing == {}


@pytest.mark.parametrize(
    ("recording", "version"), [("v14/rights.json", "14.3"), ("v13/rights.json", "13.6")]
)
async def test_rights_decide_on_an_older_node_as_recorded(recording: str, version: str) -> None:
    async with fresh_nodes(version=version) as lab, httpx.AsyncClient() as client:
        teller = Storyteller(lab, client)
        differing: list[str] = []

        for exchange in read(recording):
            if "right" in exchange:
                differing += [await difference(teller, exchange["right"], who) for who in PEOPLE]
            else:
                differing += await teller.tell(exchange)

        assert [one for one in differing if one] == []
