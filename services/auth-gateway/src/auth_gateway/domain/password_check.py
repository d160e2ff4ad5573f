"""The one way a password is sent to nodes: a code used once, tries within budget, all at once."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import partial

import structlog
from companion.secret import Secret
from companion.store import StoreUnavailable
from companion.technitium.login import LoginAnswer, LoginResult

from auth_gateway.domain.caller import Caller
from auth_gateway.domain.credentials import Credentials
from auth_gateway.domain.crowd import COME_AGAIN_S, Crowd
from auth_gateway.domain.intents import Intent
from auth_gateway.domain.known_networks import KnownNetworks
from auth_gateway.domain.outlook import Outlook
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
from auth_gateway.domain.replies import Replies, ReplyCode, not_asked, reply_of, token_in
from auth_gateway.domain.waiting_room import WaitingRoom

log = structlog.get_logger(__name__)

# After these answers the node has not looked at the code, so it may be used again.
_CODE_NOT_JUDGED = frozenset(
    {LoginResult.CREDENTIALS_REFUSED, LoginResult.THROTTLED, LoginResult.UNREACHABLE}
)

# Answers that come so closely are written down in one go, which spares Redis a script for each.
_TOGETHER_S = 0.02


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
        crowd: Crowd,
        waiting_room: WaitingRoom,
        new_id: Callable[[], str],
    ) -> None:
        self._nodes = nodes
        self._regulation = regulation
        self._crowd = crowd
        self._waiting_room = waiting_room
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
        async with self._crowd.place(one.network) as has_place:
            if not has_place:
                return dict.fromkeys(node_ids, not_asked(ReplyCode.BUSY, wait_s=COME_AGAIN_S))
            replies = await self._asked(
                node_ids, one, credentials, caller, on_token=on_token, on_late=on_late
            )
        signed_in = any(reply.accepted for reply in replies.values())
        self._crowd.remember(one.network, signed_in=signed_in)
        return replies

    async def _asked(
        self,
        node_ids: Sequence[str],
        one: Try,
        credentials: Credentials,
        caller: Caller,
        *,
        on_token: OnToken,
        on_late: OnLate,
    ) -> Replies:
        outlooks = await self._waiting_room.settled(one, partial(self._admitted, one, node_ids))
        replies = {
            node_id: not_asked(ReplyCode.THROTTLED, wait_s=outlook.wait_s)
            for node_id, outlook in outlooks.items()
            if outlook.wait_s > 0
        }
        open_ids = [node_id for node_id in node_ids if node_id not in replies]
        if open_ids and await self._reserved(one, credentials.totp, open_ids):
            replies |= await self._ask_open(
                open_ids, one, credentials, caller, on_token=on_token, on_late=on_late
            )
            await self._give_back(one, credentials.totp, replies)
        else:
            replies |= {node_id: not_asked(ReplyCode.TOTP_USED) for node_id in open_ids}
        return {node_id: replies[node_id] for node_id in node_ids}

    async def _admitted(
        self, one: Try, node_ids: Sequence[str], *, patient: bool
    ) -> Mapping[str, Outlook]:
        """Count the try; where it has to wait, ask once more as who is known in this network."""
        found = await self._regulation.admit(one, node_ids, patient=patient)
        waiting = [node_id for node_id in node_ids if found[node_id].wait_s > 0]
        if not waiting or any(outlook.in_doubt for outlook in found.values()):
            return found
        known = await self._known.at(one.name, one.network)
        asked = [node_id for node_id in waiting if node_id in known]
        if not asked:
            return found
        # What was counted at other nodes is sent now, and waits for nobody.
        patient = patient and len(waiting) == len(node_ids)
        again = await self._regulation.admit(one, asked, known=True, patient=patient)
        return {**found, **again}

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
            over = [] if answer.may_have_signed_in else [intents[node_id]]
            await self._settle(one, {node_id: answer}, over)

        async def ask_one(node_id: str) -> LoginAnswer:
            answer = await self._nodes.login(
                node_id, credentials, caller, sign_in_id=one.id, on_late=late
            )
            token = token_in(node_id, answer)
            if token is not None:
                on_token(token, intents[node_id])
            return answer

        async with asyncio.TaskGroup() as group:
            asked = {node_id: group.create_task(ask_one(node_id)) for node_id in open_ids}
            left: AbstractSet[asyncio.Task[LoginAnswer]] = {*asked.values()}
            while left:
                done, left = await _next_of(left)
                answers = {node: task.result() for node, task in asked.items() if task in done}
                over = [intents[node] for node, answer in answers.items() if _began_nothing(answer)]
                await self._settle(one, answers, over)
        return {node_id: reply_of(task.result()) for node_id, task in asked.items()}

    async def _settle(
        self, one: Try, answers: Mapping[str, LoginAnswer], over: Sequence[Intent]
    ) -> None:
        """Take answers into the counts, and close the intents of which nothing is left to do."""
        judgements = {node_id: judgement(answer.result) for node_id, answer in answers.items()}
        await asyncio.gather(
            _attempt(self._intents.close(over)), _attempt(self._regulation.judge(one, judgements))
        )

    async def _give_back(self, one: Try, code: Secret | None, replies: Replies) -> None:
        """Give a code back that no node has looked at."""
        if code is not None and not _was_judged(replies):
            await _attempt(self._codes.release(one.name, code, one.id))


async def _next_of(
    asked: AbstractSet["asyncio.Task[LoginAnswer]"],
) -> tuple[AbstractSet["asyncio.Task[LoginAnswer]"], AbstractSet["asyncio.Task[LoginAnswer]"]]:
    """Wait for the first to end and a moment for others: those that have ended, and the rest.

    Not for all: other sign-ins may wait for what an answer means, and a node may take its time.
    """
    done, left = await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
    if left:
        more, left = await asyncio.wait(left, timeout=_TOGETHER_S)
        done |= more
    return done, left


def _began_nothing(answer: LoginAnswer) -> bool:
    """Whether the node holds no session of this sign-in, whose token came here or did not."""
    return answer.token is None and not answer.may_have_signed_in


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
