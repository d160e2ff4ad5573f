"""What is learnt from each node in the background once somebody has signed in there."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

import structlog
from companion.sessions.errors import SessionInvalid, SessionKeyUnknown
from companion.sessions.record import DoomedToken, SessionRecord
from companion.sessions.store import OpenSession, SessionStore
from companion.store import StoreUnavailable
from companion.technitium.errors import NodeError

from auth_gateway.domain.caller import Caller
from auth_gateway.domain.ghosts import Ghosts
from auth_gateway.domain.lessons import lessons
from auth_gateway.domain.ports import Intents, NodeLogins, Regulation

log = structlog.get_logger(__name__)


class AfterSignIn:
    """Asks each node for the person's profile once, and keeps what it says.

    Nothing depends on it: when it fails, the next sign-in learns the same.
    """

    def __init__(
        self,
        *,
        nodes: NodeLogins,
        regulation: Regulation,
        sessions: SessionStore,
        intents: Intents,
        ghosts: Ghosts,
    ) -> None:
        self._nodes = nodes
        self._regulation = regulation
        self._sessions = sessions
        self._intents = intents
        self._ghosts = ghosts

    async def learn(
        self,
        session: OpenSession,
        tokens: tuple[DoomedToken, ...],
        caller: Caller,
        *,
        name: str,
    ) -> None:
        """Ask with each token that the session has just come to hold for the folded `name`.

        Then end what interrupted sign-ins of that name left behind at the same nodes.
        """
        found = await asyncio.gather(*(self._ask(token, caller, name) for token in tokens))
        timeouts = {
            token.node_id: (token, timeout_s)
            for token, timeout_s in zip(tokens, found, strict=True)
            if timeout_s is not None
        }
        if timeouts:
            await self._keep(session, timeouts)
        try:
            await self._ghosts.end(name, tokens, caller)
        except StoreUnavailable as exc:
            log.info("ghost sessions were not looked for", reason=str(exc))

    async def _ask(self, token: DoomedToken, caller: Caller, name: str) -> int | None:
        """Learn about one node; the answer is the timeout of its sessions in seconds."""
        try:
            profile = await self._nodes.profile(token, caller)
            learnt = lessons(profile, sent_ip=caller.real_ip)
            if learnt.honours_real_ip is not None:
                await self._regulation.learn_real_ip(token.node_id, honoured=learnt.honours_real_ip)
            if learnt.timeout_s is not None:
                await self._intents.learn_timeout(name, token.node_id, learnt.timeout_s)
        except (NodeError, StoreUnavailable) as exc:
            log.info("nothing was learnt from a sign-in", node=token.node_id, reason=str(exc))
            return None
        return learnt.timeout_s

    async def _keep(
        self, session: OpenSession, timeouts: Mapping[str, tuple[DoomedToken, int]]
    ) -> None:
        def with_timeouts(record: SessionRecord) -> SessionRecord:
            for node_id, (token, timeout_s) in timeouts.items():
                grant = record.nodes.get(node_id)
                if grant is not None and grant.token == token.token:
                    record = record.with_node(node_id, replace(grant, timeout_s=timeout_s))
            return record

        try:
            await self._sessions.rewrite(session, with_timeouts)
        except (SessionInvalid, SessionKeyUnknown, StoreUnavailable) as exc:
            log.info("a session ended before its timeouts were known", reason=str(exc))
