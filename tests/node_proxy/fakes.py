"""The port's double, for answers that no simulated node gives."""

from collections.abc import Mapping
from typing import Any

from companion.technitium.calls import Call
from companion.technitium.errors import NodeError

INFO: Mapping[str, Any] = {
    "username": "admin",
    "info": {
        "version": "15.2",
        "uptimestamp": "2026-07-26T14:03:05.1234567Z",
        "dnsServerDomain": "ns1.home.test",
        "permissions": {},
    },
}


class ScriptedNodes:
    """Nodes that answer each path with what they are told to, be it an error.

    Statistics can be told apart by their range: `dashboard/stats/get LastHour`.
    """

    owner = "somebody"

    def __init__(self, answers: Mapping[str, Mapping[str, Any] | NodeError]) -> None:
        self._answers = answers

    async def call(
        self,
        node_id: str,  # noqa: ARG002 - all of them say the same
        call: Call,
        params: Mapping[str, str] | None = None,
        *,
        max_age_s: float | None = None,  # noqa: ARG002 - nothing is kept
    ) -> dict[str, Any]:
        """See `node_proxy.domain.ports.PersonsNodes`; an unknown path answers nothing at all."""
        ranged = f"{call.path} {(params or {}).get('type')}"
        answer = self._answers.get(ranged, self._answers.get(call.path, {}))
        if isinstance(answer, NodeError):
            raise answer
        return dict(answer)
