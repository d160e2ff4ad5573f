"""Asks nodes whether they still take a session's token, over the shared client."""

from companion.ip import read_ip
from companion.sessions.record import SessionRecord
from companion.technitium.pool import NodePool
from companion.technitium.session_info import SessionInfo

from auth_gateway.domain.upkeep_terms import Question


class TechnitiumUpkeep:
    """The port `NodeSessions`: `user/session/get`, which any living token may call."""

    def __init__(self, pool: NodePool, *, deadline_s: float) -> None:
        self._pool = pool
        self._deadline_s = deadline_s

    async def ask(self, question: Question, record: SessionRecord) -> SessionInfo:
        """Told the address of the sign-in, so that the node's list of sessions keeps showing it."""
        address = read_ip(record.client)
        return await self._pool[question.node_id].session_info(
            question.token,
            question.version,
            deadline_s=self._deadline_s,
            real_ip=None if address is None else str(address),
        )
