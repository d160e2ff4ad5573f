"""The table of rights: one call by somebody, and what the recording says to it."""

from typing import Any

import httpx
from technitium_sandbox.node import Node
from technitium_sandbox.zones import making as zone_making
from technitium_sandbox.zones.records.record import Record

from tests.technitium_sandbox.storyteller import Storyteller

PEOPLE = ("none", "onlymodify", "view", "modify", "all")
Row = dict[str, Any]
_ZONE = "home.test"
_MADE_BY_CALLS = ("m.test", "m2.test")


async def difference(teller: Storyteller, row: Row, who: str) -> str:
    """Empty when the outcome is the recorded one."""
    if row["path"].startswith("/api/zones/"):
        _make_zone_anew(teller.lab.nodes["ns1"].node)
    exchange = {"to": "ns1", "method": "POST", "path": row["path"]}
    form = {**row["form"], "token": f"<token:{who}>"}
    outcome = _outcome(await teller.send({**exchange, "form": form}))
    status, message = row[who]
    if outcome == [status, teller.filled(message) if message else None]:
        return ""
    return f"{row['path']} as {who}: {outcome}, not {row[who]}"


def _make_zone_anew(node: Node) -> None:
    """As the recorder did: home.test with a host, everybody having the rights of the section."""
    for name in (_ZONE, *_MADE_BY_CALLS):
        node.zones.remove(name)
    now, zone = node.clock.now(), zone_making.primary(node, _ZONE)
    data = {"ipAddress": "192.0.2.1"}
    zone.add(Record(name=f"www.{_ZONE}", type="A", ttl=3600, data=data, last_modified=now), now)
    zone.grants.users |= node.directory.sections["Zones"].users
    node.zones.add(zone)


def _outcome(response: httpx.Response) -> list[str | None]:
    if response.status_code != httpx.codes.OK:
        return [f"HTTP {response.status_code}", None]
    if "application/json" not in response.headers["content-type"]:
        return ["file", None]
    answer = response.json()
    return [answer["status"], answer.get("errorMessage")]
