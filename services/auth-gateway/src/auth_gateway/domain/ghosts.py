"""Ends the sessions that an interrupted sign-in left behind at a node, at that user's next one."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import structlog
from companion.sessions.record import DoomedToken, tokens_of
from companion.store import StoreUnavailable
from companion.technitium.errors import NodeError

from auth_gateway.domain.caller import Caller
from auth_gateway.domain.intents import PARTIAL_CHARACTERS, Intent, ghosts
from auth_gateway.domain.ports import Intents, LiveSessions, NodeLogins

log = structlog.get_logger(__name__)

# How long sign-ins of others that are under way are waited for before looking again.
LOOK_AGAIN_S: Final = 5.0

# Told of each session that was ended: the user name, the node, who found it.
TellGhost = Callable[[str, str, Caller], None]
Sleep = Callable[[float], Awaitable[None]]


class Ghosts:
    """Finds abandoned intents of a user name and ends what they began, with that user's token."""

    def __init__(
        self,
        *,
        intents: Intents,
        nodes: NodeLogins,
        sessions: LiveSessions,
        tell: TellGhost,
        sleep: Sleep,
        look_again_s: float = LOOK_AGAIN_S,
    ) -> None:
        self._intents = intents
        self._nodes = nodes
        self._sessions = sessions
        self._tell = tell
        self._sleep = sleep
        self._look_again_s = look_again_s

    async def end(self, name: str, tokens: Sequence[DoomedToken], caller: Caller) -> None:
        """End them at the nodes of `tokens`; look again until no sign-in there is under way.

        What cannot be settled now stays open, and the next sign-in finds it. No session that one
        of ours holds is ever ended.
        """
        while True:
            found = await self._intents.of(name)
            await asyncio.gather(
                *(self._end_at(token, found.abandoned, name, caller) for token in tokens)
            )
            asked = {token.node_id for token in tokens}
            if not any(intent.node_id in asked for intent in found.under_way):
                return
            await self._sleep(self._look_again_s)

    async def _end_at(
        self, token: DoomedToken, abandoned: Sequence[Intent], name: str, caller: Caller
    ) -> None:
        intents = [intent for intent in abandoned if intent.node_id == token.node_id]
        if not intents:
            return
        try:
            profile = await self._nodes.profile(token, caller)
            held = await self._held(name, token.node_id)
            for partial in ghosts(profile, (intent.sign_in_id for intent in intents)):
                if partial not in held:
                    await self._nodes.end_session(token, partial, caller)
                    self._tell(name, token.node_id, caller)
            await self._intents.close(intents)
        except (NodeError, StoreUnavailable) as exc:
            log.info("ghost sessions could not be ended yet", node=token.node_id, reason=str(exc))

    async def _held(self, name: str, node_id: str) -> set[str]:
        """The beginnings of the tokens of a node that sessions of this name hold."""
        return {
            doomed.token.reveal()[:PARTIAL_CHARACTERS]
            for session in await self._sessions.of_user(name)
            for doomed in tokens_of(session.record)
            if doomed.node_id == node_id
        }
