"""Ends tokens that no session came to hold: by the outbox, or at once where that fails."""

import asyncio
from collections.abc import Sequence

import structlog
from companion.sessions.record import DoomedToken
from companion.store import StoreUnavailable
from companion.technitium.errors import NodeError

from auth_gateway.domain.ports import Kick, NodeLogins, TokenBin

log = structlog.get_logger(__name__)


class Endings:
    """Makes sure that a token which nobody will use is ended at its node.

    `kick` wakes whoever works on the outbox.
    """

    def __init__(self, *, bin_: TokenBin, nodes: NodeLogins, kick: Kick) -> None:
        self._bin = bin_
        self._nodes = nodes
        self._kick = kick

    async def end(self, tokens: Sequence[DoomedToken]) -> None:
        """Hand the tokens to the outbox; while Redis is away, end each directly, once."""
        if not tokens:
            return
        try:
            await self._bin.discard(tokens)
        except StoreUnavailable:
            await asyncio.gather(*(self._end_now(doomed) for doomed in tokens))
        else:
            self._kick()

    async def _end_now(self, doomed: DoomedToken) -> None:
        try:
            await self._nodes.logout(doomed)
        except NodeError as exc:
            log.warning(
                "a node session could be ended neither now nor later",
                node=doomed.node_id,
                reason=exc.message,
            )
