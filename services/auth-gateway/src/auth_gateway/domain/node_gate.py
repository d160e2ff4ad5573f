"""How many questions a node gets at a time from work that nobody waits for."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

from auth_gateway.domain.node_patience import NodePatience

_AT_ONCE: Final = 16
# Who waits longer than this leaves the node to others and comes again later.
_WAIT_S: Final = 5.0


class NodeGate:
    """Lets a few through to each node, and nobody while it does not answer."""

    def __init__(self, patience: NodePatience) -> None:
        self._patience = patience
        self._turns: defaultdict[str, asyncio.Semaphore] = defaultdict(
            lambda: asyncio.Semaphore(_AT_ONCE)
        )

    @asynccontextmanager
    async def passage(self, node_id: str) -> AsyncGenerator[bool]:
        """Whether the node may be asked, decided when it is one's turn and held to the end."""
        if not self._patience.may_ask(node_id) or not await self._enter(node_id):
            yield False
            return
        try:
            # Those before may have found out that it does not answer.
            yield self._patience.may_ask(node_id)
        finally:
            self._turns[node_id].release()

    def answered(self, node_id: str) -> None:
        self._patience.answered(node_id)

    def failed(self, node_id: str) -> None:
        # Who asked side by side with the first to fail learnt nothing new.
        if self._patience.may_ask(node_id):
            self._patience.failed(node_id)

    async def _enter(self, node_id: str) -> bool:
        try:
            async with asyncio.timeout(_WAIT_S):
                await self._turns[node_id].acquire()
        except TimeoutError:
            return False
        return True
