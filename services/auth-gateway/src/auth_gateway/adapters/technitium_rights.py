"""What nodes say of a person's rights, over the shared client."""

from typing import Final

from companion.sessions.record import DoomedToken
from companion.technitium.pool import NodePool
from companion.technitium.session_info import SessionInfo

from auth_gateway.domain.caller import Caller

# As node-proxy gives a node for one call of a page.
RIGHTS_DEADLINE_S: Final = 5.0


class TechnitiumRights:
    """The port `NodeRights`."""

    def __init__(self, pool: NodePool, *, deadline_s: float = RIGHTS_DEADLINE_S) -> None:
        self._pool = pool
        self._deadline_s = deadline_s

    async def session_info(self, token: DoomedToken, caller: Caller) -> SessionInfo:
        return await self._pool[token.node_id].session_info(
            token.token, token.version, deadline_s=self._deadline_s, real_ip=caller.real_ip
        )
