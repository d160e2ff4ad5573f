"""One node whose rows a test writes itself, at any moment: what the sandbox's clock never does.

It answers logs/query as Technitium does: in the order of writing, by pages, counted in a range.
"""

import asyncio
import math
from collections.abc import Mapping
from typing import Any

from companion.technitium.calls import Call
from companion.technitium.errors import NodeUnreachable
from node_proxy.domain.logs.moment import moment_of, moment_text


class MemoryNodes:
    """Implements `PersonsNodes` for several, each of them a `MemoryNode`."""

    owner = "somebody"

    def __init__(self, **nodes: "MemoryNode") -> None:
        self.nodes = nodes

    async def call(
        self,
        node_id: str,
        call: Call,
        params: Mapping[str, str] | None = None,
        *,
        max_age_s: float | None = None,
    ) -> dict[str, Any]:
        """See the port."""
        return await self.nodes[node_id].call(node_id, call, params, max_age_s=max_age_s)


class MemoryNode:
    """Implements `PersonsNodes` for one node and one person."""

    owner = "somebody"

    def __init__(self) -> None:
        self.rows: list[tuple[int, str]] = []
        self.is_away = False
        self.calls = 0
        # How many calls are answered; later ones never end.
        self.answers = math.inf

    def write(self, moment: int, qname: str) -> None:
        self.rows.append((moment, qname))

    def keep_newest(self, count: int) -> None:
        """Drop the rows that were written first, as the log app does."""
        self.rows = self.rows[len(self.rows) - count :]

    async def call(
        self,
        node_id: str,
        call: Call,
        params: Mapping[str, str] | None = None,
        *,
        max_age_s: float | None = None,  # noqa: ARG002 - nothing is kept here
    ) -> dict[str, Any]:
        """See the port; only logs/query."""
        assert call.path == "logs/query"
        if self.is_away:
            raise NodeUnreachable(node_id, "It is away.")
        self.calls += 1
        if self.calls > self.answers:
            await asyncio.Event().wait()
        return self._page(params or {})

    def _page(self, params: Mapping[str, str]) -> dict[str, Any]:
        start = moment_of(params["start"]) if "start" in params else -(10**20)
        end = moment_of(params["end"]) if "end" in params else 10**20
        rows = [row for row in self.rows if start <= row[0] <= end]
        if params["descendingOrder"] == "true":
            rows.reverse()
        size = int(params["entriesPerPage"])
        pages = -(-len(rows) // size)
        page = min(int(params["pageNumber"]), pages) or 1
        return {
            "pageNumber": page,
            "totalPages": pages,
            "totalEntries": len(rows),
            "entries": [
                _entry(place, *row)
                for place, row in enumerate(rows[(page - 1) * size : page * size])
            ],
        }


def _entry(place: int, moment: int, qname: str) -> dict[str, Any]:
    return {
        "rowNumber": place,
        "timestamp": moment_text(moment),
        "clientIpAddress": "192.0.2.1",
        "protocol": "Udp",
        "responseType": "Cached",
        "rcode": "NoError",
        "qname": qname,
        "qtype": "A",
        "qclass": "IN",
        "answer": None,
    }
