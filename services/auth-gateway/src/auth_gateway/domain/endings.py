"""Ends tokens that no session came to hold: by the outbox, or at once where that fails."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

import structlog
from companion.sessions.record import DoomedToken
from companion.store import StoreUnavailable
from companion.technitium.errors import NodeError

from auth_gateway.domain.intents import Intent
from auth_gateway.domain.ports import Intents, Kick, NodeLogins, TokenBin

log = structlog.get_logger(__name__)


class Custody:
    """The tokens that nodes have given to one sign-in and that no session holds yet."""

    def __init__(self) -> None:
        self._tokens: list[DoomedToken] = []
        self._intents: list[Intent] = []

    @property
    def tokens(self) -> tuple[DoomedToken, ...]:
        return tuple(self._tokens)

    @property
    def intents(self) -> tuple[Intent, ...]:
        """What was written down of these tokens, handed over or not."""
        return tuple(self._intents)

    def take(self, token: DoomedToken, intent: Intent) -> None:
        self._tokens.append(token)
        self._intents.append(intent)

    def hand_over(self) -> tuple[DoomedToken, ...]:
        """Give all to a session that has been stored; they are no longer ended here."""
        tokens, self._tokens = self.tokens, []
        return tokens


class Endings:
    """Makes sure that a token which nobody will use is ended at its node.

    `kick` wakes whoever works on the outbox.
    """

    def __init__(self, *, bin_: TokenBin, nodes: NodeLogins, intents: Intents, kick: Kick) -> None:
        self._bin = bin_
        self._intents = intents
        self._nodes = nodes
        self._kick = kick
        self._under_way: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def custody(self) -> AsyncGenerator[Custody]:
        """Hold tokens until they are handed over; what is left at the end is ended.

        It does not matter how the end comes: a refusal, an error or a cancellation. A token that
        a session came to hold all the same is ended too, and that session must sign in again.
        """
        custody = Custody()
        try:
            yield custody
        finally:
            await self.end(custody.tokens, intents=custody.intents)

    async def end(self, tokens: Sequence[DoomedToken], *, intents: Sequence[Intent] = ()) -> None:
        """Hand the tokens to the outbox; while Redis is away, end each directly, once.

        After that the intents are closed; where that fails they stay open, and whoever finds them
        finds that there is nothing left to end. A caller that is cancelled meanwhile does not
        stop it.
        """
        if not tokens and not intents:
            return
        ending = asyncio.create_task(self._settle(tokens, intents), name="end tokens")
        self._under_way.add(ending)
        ending.add_done_callback(self._under_way.discard)
        await asyncio.shield(ending)

    async def _settle(self, tokens: Sequence[DoomedToken], intents: Sequence[Intent]) -> None:
        try:
            if tokens:
                await self._bin.discard(tokens)
                self._kick()
        except StoreUnavailable:
            await asyncio.gather(*(self._end_now(doomed) for doomed in tokens))
            return
        try:
            await self._intents.close(intents)
        except StoreUnavailable as exc:
            log.info("intents of a sign-in could not be closed", reason=str(exc))

    async def _end_now(self, doomed: DoomedToken) -> None:
        try:
            await self._nodes.logout(doomed)
        except NodeError as exc:
            log.warning(
                "a node session could be ended neither now nor later",
                node=doomed.node_id,
                reason=exc.message,
            )
