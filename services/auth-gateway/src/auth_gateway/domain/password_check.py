"""The one way a password is sent to nodes: a code used once, tries within budget, all at once."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog
from companion.store import StoreUnavailable
from companion.technitium.login import LoginResult

from auth_gateway.domain.caller import Caller
from auth_gateway.domain.credentials import Credentials
from auth_gateway.domain.ports import NodeLogins, OnLate, Regulation, Try, UsedCodes
from auth_gateway.domain.regulation import judgement
from auth_gateway.domain.replies import Replies, Reply, ReplyCode, not_asked, reply_of

log = structlog.get_logger(__name__)

# After these answers the node has not looked at the code, so it may be used again.
_CODE_NOT_JUDGED = frozenset(
    {LoginResult.CREDENTIALS_REFUSED, LoginResult.THROTTLED, LoginResult.UNREACHABLE}
)


class PasswordCheck:
    """Asks nodes whether a password is right, on behalf of whoever typed it.

    Every call that carries a password passes here. Nothing is sent while Redis does not serve:
    without counts nobody could say whether a try is one too many.
    """

    def __init__(
        self,
        *,
        nodes: NodeLogins,
        regulation: Regulation,
        codes: UsedCodes,
        new_id: Callable[[], str],
    ) -> None:
        self._nodes = nodes
        self._regulation = regulation
        self._codes = codes
        self._new_id = new_id

    async def ask(
        self,
        node_ids: Sequence[str],
        credentials: Credentials,
        caller: Caller,
        *,
        on_late: OnLate,
    ) -> Replies:
        """Ask all nodes in parallel and return one reply for each, in the given order.

        The tokens in the replies are the caller's to keep or to end; `on_late` gets those of
        answers that come after the deadline.

        Raises:
            StoreUnavailable: No password was sent anywhere.
        """
        sign_in_id = self._new_id()
        code = credentials.totp
        if code and not await self._codes.reserve(credentials.folded_name, code, sign_in_id):
            return {node_id: not_asked(ReplyCode.TOTP_USED) for node_id in node_ids}
        one = Try(
            id=sign_in_id,
            network=caller.network,
            name=credentials.folded_name,
            with_code=code is not None,
        )
        waits = await self._regulation.admit(one, node_ids)

        async def ask_one(node_id: str) -> Reply:
            if waits[node_id] > 0:
                return not_asked(ReplyCode.THROTTLED, wait_s=waits[node_id])
            answer = await self._nodes.login(
                node_id, credentials, caller, sign_in_id=sign_in_id, on_late=on_late
            )
            return reply_of(answer)

        found = await asyncio.gather(*(ask_one(node_id) for node_id in node_ids))
        replies = dict(zip(node_ids, found, strict=True))
        await self._settle(one, replies)
        if code and not _was_judged(replies):
            await _attempt(self._codes.release(credentials.folded_name, code, sign_in_id))
        return replies

    async def _settle(self, one: Try, replies: Replies) -> None:
        judgements = {
            node_id: judgement(reply.answer.result)
            for node_id, reply in replies.items()
            if reply.answer is not None
        }
        if judgements:
            await _attempt(self._regulation.judge(one, judgements))


def _was_judged(replies: Replies) -> bool:
    return any(
        reply.answer is not None and reply.answer.result not in _CODE_NOT_JUDGED
        for reply in replies.values()
    )


async def _attempt(writing: Awaitable[None]) -> None:
    """Write what was learnt; if Redis fails now, tries and codes stay taken, on the safe side."""
    try:
        await writing
    except StoreUnavailable as exc:
        log.warning("the outcome of a sign-in could not be counted", reason=str(exc))
