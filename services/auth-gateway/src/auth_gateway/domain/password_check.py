"""The one way a password is sent to nodes: a code used once, tries within budget, all at once."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

import structlog
from companion.secret import Secret
from companion.store import StoreUnavailable
from companion.technitium.login import LoginAnswer, LoginResult

from auth_gateway.domain.caller import Caller
from auth_gateway.domain.credentials import Credentials
from auth_gateway.domain.intents import Intent
from auth_gateway.domain.known_networks import KnownNetworks
from auth_gateway.domain.ports import (
    Intents,
    NodeLogins,
    OnLate,
    OnToken,
    Regulation,
    Try,
    UsedCodes,
)
from auth_gateway.domain.regulation import Judgement, judgement
from auth_gateway.domain.replies import Replies, Reply, ReplyCode, not_asked, reply_of, token_in

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
        intents: Intents,
        known: KnownNetworks,
        new_id: Callable[[], str],
    ) -> None:
        self._nodes = nodes
        self._regulation = regulation
        self._codes = codes
        self._intents = intents
        self._known = known
        self._new_id = new_id

    async def ask(
        self,
        node_ids: Sequence[str],
        credentials: Credentials,
        caller: Caller,
        *,
        on_token: OnToken,
        on_late: OnLate,
    ) -> Replies:
        """Ask all nodes in parallel and return one reply for each, in the given order.

        `on_token` gets each token the moment it comes, so that the caller can end it also where
        this does not return, and the intent that is to be closed once the token has an owner.
        `on_late` gets answers that come after the deadline, which count as if they had come in
        time, and sees to their tokens. A code is looked at only while some node is open to this
        try.

        Raises:
            StoreUnavailable: No password was sent anywhere.
        """
        one = Try(
            id=self._new_id(),
            network=caller.network,
            name=credentials.folded_name,
            with_code=credentials.totp is not None,
        )
        waits = await self._admitted(one, node_ids)
        replies = {
            node_id: not_asked(ReplyCode.THROTTLED, wait_s=wait_s)
            for node_id, wait_s in waits.items()
            if wait_s > 0
        }
        open_ids = [node_id for node_id in node_ids if node_id not in replies]
        if open_ids and await self._reserved(one, credentials.totp, open_ids):
            replies |= await self._ask_open(
                open_ids, one, credentials, caller, on_token=on_token, on_late=on_late
            )
            await self._settle(one, credentials.totp, replies)
        else:
            replies |= {node_id: not_asked(ReplyCode.TOTP_USED) for node_id in open_ids}
        return {node_id: replies[node_id] for node_id in node_ids}

    async def _admitted(self, one: Try, node_ids: Sequence[str]) -> Mapping[str, float]:
        """Count the try; where it has to wait, ask once more as who is known in this network."""
        waits = await self._regulation.admit(one, node_ids)
        waiting = [node_id for node_id in node_ids if waits[node_id] > 0]
        if not waiting:
            return waits
        known = await self._known.at(one.name, one.network)
        asked = [node_id for node_id in waiting if node_id in known]
        if not asked:
            return waits
        return {**waits, **await self._regulation.admit(one, asked, known=True)}

    async def _reserved(self, one: Try, code: Secret | None, open_ids: Sequence[str]) -> bool:
        """Take the code for this try; one that was used before is a failure at every node.

        Whoever is told "used before" has learnt a code that nodes still accept. So the question
        is only answered to a try that is counted, and costs as much as a wrong code.
        """
        if code is None or await self._codes.reserve(one.name, code, one.id):
            return True
        failures = dict.fromkeys(open_ids, Judgement.COUNTED)
        await _attempt(self._regulation.judge(one, failures))
        return False

    async def _ask_open(
        self,
        open_ids: Sequence[str],
        one: Try,
        credentials: Credentials,
        caller: Caller,
        *,
        on_token: OnToken,
        on_late: OnLate,
    ) -> Replies:
        """Ask all at once; when this ends, however it ends, no question is left without owner."""
        intents = await self._intents.open(one, open_ids)

        async def late(node_id: str, answer: LoginAnswer) -> None:
            await on_late(node_id, answer)
            await self._close(intents[node_id], answer)
            await _attempt(self._regulation.judge(one, {node_id: judgement(answer.result)}))

        async def ask_one(node_id: str) -> Reply:
            answer = await self._nodes.login(
                node_id, credentials, caller, sign_in_id=one.id, on_late=late
            )
            token = token_in(node_id, answer)
            if token is not None:
                on_token(token, intents[node_id])
            else:
                await self._close(intents[node_id], answer)
            return reply_of(answer)

        async with asyncio.TaskGroup() as group:
            asked = {node_id: group.create_task(ask_one(node_id)) for node_id in open_ids}
        return {node_id: task.result() for node_id, task in asked.items()}

    async def _close(self, intent: Intent, answer: LoginAnswer) -> None:
        """Close an intent, unless a session may have begun at the node that nobody holds."""
        if not answer.may_have_signed_in:
            await _attempt(self._intents.close([intent]))

    async def _settle(self, one: Try, code: Secret | None, replies: Replies) -> None:
        judgements = {
            node_id: judgement(reply.answer.result)
            for node_id, reply in replies.items()
            if reply.answer is not None
        }
        await _attempt(self._regulation.judge(one, judgements))
        if code is not None and not _was_judged(replies):
            await _attempt(self._codes.release(one.name, code, one.id))


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
