"""The password once more, before what a stolen or forgotten browser must not be able to do."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from companion.sessions.store import OpenSession
from companion.technitium.login import LoginAnswer

from auth_gateway.domain.admission import NotSignedIn
from auth_gateway.domain.caller import Caller
from auth_gateway.domain.credentials import Credentials
from auth_gateway.domain.endings import Endings
from auth_gateway.domain.own_sessions import name_at
from auth_gateway.domain.password_check import PasswordCheck
from auth_gateway.domain.replies import Replies, Reply, ReplyCode, token_in
from auth_gateway.domain.sign_in import Refused, verdict

# After these another node may be asked: nobody has judged the password.
_NO_WORD: Final = frozenset(
    {ReplyCode.NODE_UNREACHABLE, ReplyCode.NODE_TIMEOUT, ReplyCode.NODE_ERROR}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """The node `node_id` has confirmed that whoever asks knows the password."""

    node_id: str
    replies: Replies


class ReEntry:
    """Asks one node whether the password of a session's person is right, and keeps no token."""

    def __init__(self, *, check: PasswordCheck, endings: Endings) -> None:
        self._check = check
        self._endings = endings

    async def confirm(
        self,
        session: OpenSession,
        node_ids: Sequence[str],
        credentials: Credentials,
        caller: Caller,
    ) -> Confirmed | NotSignedIn:
        """Ask the first of `node_ids`, and a next one only where a node gave no word at all.

        The user is the session's own, whatever name `credentials` hold. A code that a node may
        have seen is not sent to another.

        Raises:
            StoreUnavailable: No password was sent anywhere.
        """
        replies: dict[str, Reply] = {}
        async with self._endings.custody() as custody:
            for node_id in node_ids:
                own = replace(credentials, username=name_at(session.record, node_id))
                replies |= await self._check.ask(
                    [node_id], own, caller, on_token=custody.take, on_late=self._end_late
                )
                code = replies[node_id].code
                if code not in _NO_WORD:
                    break
                if credentials.totp is not None and code is not ReplyCode.NODE_UNREACHABLE:
                    break
        decision = verdict(replies, typed_name=credentials.username)
        if isinstance(decision, Refused):
            return NotSignedIn(refused=decision, replies=replies)
        # The last that was asked, since asking ends with a word.
        return Confirmed(node_id=list(replies)[-1], replies=replies)

    async def _end_late(self, node_id: str, answer: LoginAnswer) -> None:
        token = token_in(node_id, answer)
        if token is not None:
            await self._endings.end([token])
