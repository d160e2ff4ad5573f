"""A hundred calls by people without rights, with View, with Modify, with all: who gets in."""

from typing import Any

import httpx
from technitium_sandbox import unbuilt
from technitium_sandbox.routes import ROUTER

from tests.support.sandbox import fresh_nodes
from tests.technitium_sandbox.storyteller import Storyteller, read

PEOPLE = ("none", "onlymodify", "view", "modify", "all")
DENIED = ["error", "Access was denied."]
Row = dict[str, Any]


async def test_rights_decide_as_recorded() -> None:
    async with fresh_nodes() as lab, httpx.AsyncClient() as client:
        teller = Storyteller(lab, client)
        differing: list[str] = []

        for exchange in read("rights.json"):
            if "right" in exchange:
                differing += [await _difference(teller, exchange["right"], who) for who in PEOPLE]
            else:
                differing += await teller.tell(exchange)

        assert [one for one in differing if one] == []


async def _difference(teller: Storyteller, row: Row, who: str) -> str:
    exchange = {"to": "ns1", "method": "POST", "path": row["path"]}
    form = {**row["form"], "token": f"<token:{who}>"}
    response = await teller.send({**exchange, "form": form})
    outcome = _outcome(response)
    if outcome == row[who] or (_is_not_simulated(row["path"]) and _may_differ(row, who, outcome)):
        return ""
    return f"{row['path']} as {who}: {outcome}, not {row[who]}"


def _outcome(response: httpx.Response) -> list[str | None]:
    if "application/json" not in response.headers["content-type"]:
        return ["file", None]
    answer = response.json()
    return [answer["status"], answer.get("errorMessage")]


def _is_not_simulated(path: str) -> bool:
    route = ROUTER.match(path, "POST")
    return route is not None and route.handler is unbuilt.not_simulated


def _may_differ(row: Row, who: str, outcome: list[str | None]) -> bool:
    """Who may, is not denied; who may not, is: but for rights on a zone, which are not held yet."""
    if row[who] != DENIED:
        return outcome != DENIED
    return outcome == DENIED or row["path"].startswith("/api/zones/")
