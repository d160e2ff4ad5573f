"""The tokens of one signed-in person, out of the session; a refused one is taken out of it."""

import asyncio

import structlog
from companion.sessions.record import NodeGrant, NodeState
from companion.sessions.refused_tokens import RefusedTokens
from companion.sessions.store import OpenSession, SessionStore
from companion.store import StoreUnavailable
from companion.technitium.errors import NodeSignedOut

from node_proxy.adapters.node_keys import NodeKey

log = structlog.get_logger(__name__)

_NOT_SIGNED_IN = "You are not signed in to this node."


class SessionKeys:
    """Implements `node_proxy.adapters.node_keys.NodeKeys` for one request of one person."""

    def __init__(
        self, session: OpenSession, sessions: SessionStore, refused_tokens: RefusedTokens
    ) -> None:
        self._session = session
        self._sessions = sessions
        self._refused_tokens = refused_tokens
        self._marking = asyncio.Lock()

    @property
    def owner(self) -> str:
        return self._session.key

    @property
    def generation(self) -> int:
        return self._session.generation

    async def of(self, node_id: str, path: str) -> NodeKey:
        """This person's token for that node, and no other one instead."""
        grant = self._session.record.nodes.get(node_id)
        if grant is None or grant.token is None:
            raise NodeSignedOut(node_id, _why_signed_out(grant), path=path)
        return NodeKey(token=grant.token, version=grant.version)

    async def refused(self, node_id: str, key: NodeKey) -> None:
        """Takes the refused token out of the session, so that pages and other calls know.

        What else that means is said in `companion.sessions.refusal`. Only if the session still
        holds that very token: somebody who has just signed in to the node again keeps the new
        one. Best effort by decision: while the store is gone the caller still learns what the
        node said, and the next call meets the same refusal.

        Raises:
            SessionInvalid: The whole session ended in the meantime.
        """
        # One at a time, so that several refusals within one request are one change.
        async with self._marking:
            try:
                self._session = await self._refused_tokens.take_out(
                    self._session, node_id, key.token
                )
            except StoreUnavailable:
                log.warning("refused node token stays: the store does not answer", node=node_id)

    async def changing(self) -> None:
        """Raises the session's generation, which makes every replica's caches of it stale."""
        await self._sessions.raise_generation(self._session)


def _why_signed_out(grant: NodeGrant | None) -> str:
    """What happened is long past when somebody reads it, so it says when it was."""
    if grant is None or grant.reason is None:
        return f"{_NOT_SIGNED_IN} Sign in to it."
    if grant.state is NodeState.SIGNED_OUT:
        return grant.reason
    return f"{_NOT_SIGNED_IN} When you signed in: {grant.reason} Sign in to it again."
