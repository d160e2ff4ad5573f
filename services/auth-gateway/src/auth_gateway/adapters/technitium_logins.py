"""Sign-in, sign-out and profile at the nodes, over the shared client."""

from collections.abc import Mapping
from typing import Any, Final

from companion.sessions.record import DoomedToken
from companion.technitium.calls import PROFILE_GET, USER_SESSION_DELETE
from companion.technitium.errors import NodeRejected
from companion.technitium.login import LoginAnswer
from companion.technitium.pool import NodePool

from auth_gateway.domain.caller import Caller
from auth_gateway.domain.credentials import Credentials
from auth_gateway.domain.intents import agent_of
from auth_gateway.domain.ports import OnLate

# A person waits no longer for a node that hangs; a healthy one answers a wrong password after
# 1 s, and a busy one within a few.
LOGIN_DEADLINE_S: Final = 8.0
# Nobody waits for these two.
_LOGOUT_DEADLINE_S: Final = 5.0
_PROFILE_DEADLINE_S: Final = 5.0
_GONE: Final = "No such active session was found"


class TechnitiumLogins:
    """The port `NodeLogins`."""

    def __init__(self, pool: NodePool, *, login_deadline_s: float = LOGIN_DEADLINE_S) -> None:
        self._pool = pool
        self._login_deadline_s = login_deadline_s

    async def login(
        self,
        node_id: str,
        credentials: Credentials,
        caller: Caller,
        *,
        sign_in_id: str,
        on_late: OnLate,
    ) -> LoginAnswer:
        async def late(answer: LoginAnswer) -> None:
            await on_late(node_id, answer)

        code = credentials.totp
        return await self._pool[node_id].login(
            credentials.username,
            credentials.password,
            None if code is None else code.reveal(),
            real_ip=caller.real_ip,
            agent=agent_of(sign_in_id),
            deadline_s=self._login_deadline_s,
            on_late=late,
        )

    async def logout(self, doomed: DoomedToken) -> None:
        await self._pool[doomed.node_id].logout(
            doomed.token, doomed.version, deadline_s=_LOGOUT_DEADLINE_S
        )

    async def profile(self, doomed: DoomedToken, caller: Caller) -> Mapping[str, Any]:
        return await self._pool[doomed.node_id].call(
            PROFILE_GET,
            token=doomed.token,
            version=doomed.version,
            deadline_s=_PROFILE_DEADLINE_S,
            real_ip=caller.real_ip,
        )

    async def end_session(self, asker: DoomedToken, partial_token: str, caller: Caller) -> None:
        try:
            await self._pool[asker.node_id].call(
                USER_SESSION_DELETE,
                {"partialToken": partial_token},
                token=asker.token,
                version=asker.version,
                deadline_s=_LOGOUT_DEADLINE_S,
                real_ip=caller.real_ip,
            )
        except NodeRejected as exc:
            if not exc.message.startswith(_GONE):
                raise
