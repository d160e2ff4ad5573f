"""The client of one Technitium node.

A call ends in the answer's fields or in a `NodeError`; a login ends in a `LoginAnswer`. Each
has one deadline for everything: waiting for a connection, connecting, sending, reading.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from companion.nodes import NodeConfig
from companion.secret import Secret
from companion.technitium import calls
from companion.technitium.answers import Answer, read_answer, refusal
from companion.technitium.bodies import Body, Json, encoded
from companion.technitium.calls import Call
from companion.technitium.errors import (
    NodeError,
    NodeGarbled,
    NodeSessionExpired,
    NodeTimeout,
    NodeVersionUnsupported,
)
from companion.technitium.forwarded import IDLE_S, Forwarded
from companion.technitium.forwarded import judged as judged_forwarded
from companion.technitium.late import LateLogins, OnLate
from companion.technitium.login import LoginAnswer, LoginResult, failed, judged, unread
from companion.technitium.request import authorized, is_sendable, user_agent
from companion.technitium.request import real_ip as real_ip_header
from companion.technitium.session_info import SessionInfo
from companion.technitium.text import readable
from companion.technitium.transport import NodeConnections
from companion.technitium.versions import Version, sends_bearer

logger = logging.getLogger(__name__)


class NodeClient:
    """Asks one node. Safe for any number of calls at a time; holds nothing of any user."""

    def __init__(self, config: NodeConfig, connections: NodeConnections, late: LateLogins) -> None:
        self.config = config
        self._connections = connections
        self._late = late

    async def login(
        self,
        username: str,
        password: Secret,
        totp: str | None,
        *,
        real_ip: str | None,
        agent: str,
        deadline_s: float,
        on_late: OnLate | None = None,
    ) -> LoginAnswer:
        """Sign in with one call; whatever the node does is a result, never an exception.

        The node is asked once. If the deadline passes, or the caller is cancelled, while the
        node may still accept, `on_late` is awaited with the answer, a token or a refusal, that
        comes yet.
        `real_ip` is the verified address of the person; `agent` is added to the user agent.
        """
        form = {"user": username, "pass": password.reveal(), "includeInfo": "true"}
        if totp:
            form["totp"] = totp
        headers = real_ip_header(real_ip) | user_agent(agent)
        attempt = asyncio.create_task(self._attempt(form, headers, password), name="login")
        try:
            await asyncio.wait({attempt}, timeout=deadline_s)
        except asyncio.CancelledError:
            self._late.adopt(attempt, on_late)
            raise
        if attempt.done():
            return attempt.result()
        self._late.adopt(attempt, on_late)
        return failed(self._too_late(calls.LOGIN, deadline_s))

    async def logout(self, token: Secret, version: str | None, *, deadline_s: float) -> None:
        """End a token; returns only when the node has confirmed that it is dead.

        Raises:
            NodeError: It may still be alive; try again later.
        """
        known = Version.known(version)
        answer = await self._ask(
            calls.LOGOUT, {}, token=token, version=known, deadline_s=deadline_s, headers={}
        )
        if not (answer.ok or answer.invalid_token):
            error = refusal(answer, self.config, calls.LOGOUT, version=known)
            # Said of a token that was sent, it means that the node did not read the request.
            if isinstance(error, NodeSessionExpired):
                error = NodeGarbled(
                    self.config.id, "The node did not see the token.", path=calls.LOGOUT.path
                )
            raise error

    async def call(
        self,
        call: Call,
        params: Mapping[str, str] | None = None,
        *,
        token: Secret,
        version: str | None,
        deadline_s: float,
        real_ip: str | None = None,
    ) -> dict[str, Any]:
        """Ask the node with one user's token; the answer is the fields of `response`.

        Calls that change nothing are sent once more when a kept connection had gone stale.

        Raises:
            NodeError: Any of its kinds; NodeVersionUnsupported before anything is sent.
        """
        known = Version.known(version)
        self._require(call, known)
        answer = await self._ask(
            call,
            params or {},
            token=token,
            version=known,
            deadline_s=deadline_s,
            headers=real_ip_header(real_ip),
        )
        if not answer.ok:
            raise refusal(answer, self.config, call, version=known, secrets=[token.reveal()])
        fields = answer.fields(call)
        if fields is None:
            raise NodeGarbled(
                self.config.id, "The node's answer lacks what was asked for.", path=call.path
            )
        # session/get repeats the token it was asked with; nobody needs it twice.
        if fields.get("token") == token.reveal():
            del fields["token"]
        return fields

    @asynccontextmanager
    async def forward(
        self,
        call: Call,
        body: Body,
        *,
        token: Secret,
        version: str | None,
        deadline_s: float,
        real_ip: str | None = None,
        idle_s: float = IDLE_S,
    ) -> AsyncGenerator[Forwarded]:
        """Pass a call on as it is; an answer that is a file is read while the context is open.

        `deadline_s` is for a whole JSON answer or for a file's beginning, `idle_s` for each
        pause in the middle of a file.

        Raises:
            NodeError: Any of its kinds; NodeVersionUnsupported before anything is sent.
        """
        known = Version.known(version)
        self._require(call, known)
        self._require_readable(call, body, known)
        self._require_sendable(call, token)
        sent = encoded(body, token, known)
        try:
            async with asyncio.timeout(deadline_s), AsyncExitStack() as opening:
                stream = await self._connections.open(call, sent, headers=real_ip_header(real_ip))
                opening.push_async_callback(stream.aclose)
                answer = await judged_forwarded(
                    stream, self.config, call, token=token, version=known, idle_s=idle_s
                )
                closing = opening.pop_all()
        except TimeoutError as exc:
            raise self._too_late(call, deadline_s) from exc
        async with closing:
            yield answer

    async def public(self, call: Call, *, deadline_s: float) -> dict[str, Any]:
        """Ask what the node tells anybody, without a token.

        Raises:
            NodeError: Any of its kinds; NodeRejected or NodeSessionExpired where its version has
                no such call.
        """
        try:
            async with asyncio.timeout(deadline_s):
                raw = await self._connections.post(call, {}, headers={})
        except TimeoutError as exc:
            raise self._too_late(call, deadline_s) from exc
        answer = read_answer(raw, self.config, call.path)
        if not answer.ok:
            raise refusal(answer, self.config, call, version=None)
        return answer.fields(call) or {}

    async def session_info(
        self,
        token: Secret,
        version: str | None,
        *,
        deadline_s: float,
        real_ip: str | None = None,
    ) -> SessionInfo:
        """Ask what the node says of itself and of the token's user; open to any valid token.

        Raises:
            NodeError: Any of its kinds.
        """
        call = calls.SESSION_GET
        fields = await self.call(
            call, token=token, version=version, deadline_s=deadline_s, real_ip=real_ip
        )
        try:
            return SessionInfo.read(fields)
        except ValueError as exc:
            raise NodeGarbled(
                self.config.id,
                f"The node's session information cannot be read: {readable(str(exc))}.",
                path=call.path,
            ) from exc

    async def _attempt(
        self, form: dict[str, str], headers: dict[str, str], password: Secret
    ) -> LoginAnswer:
        """One login without a deadline of its own: whoever waits for it decides how long."""
        try:
            return await self._attempted(form, headers, password)
        # One node's oddity must not end the sign-in at the others, whose tokens it would lose.
        except Exception:
            logger.exception("an answer to a login could not be dealt with")
            return LoginAnswer(
                result=LoginResult.GARBLED,
                message="The node's answer could not be dealt with.",
                may_have_signed_in=True,
            )

    async def _attempted(
        self, form: dict[str, str], headers: dict[str, str], password: Secret
    ) -> LoginAnswer:
        try:
            raw = await self._connections.post(calls.LOGIN, form, headers=headers)
        except NodeError as exc:
            return failed(exc)
        try:
            return judged(read_answer(raw, self.config, calls.LOGIN.path), password=password)
        except NodeError as exc:
            return unread(exc, status=raw.status, body=raw.body)

    async def _ask(
        self,
        call: Call,
        params: Mapping[str, str],
        *,
        token: Secret,
        version: Version | None,
        deadline_s: float,
        headers: Mapping[str, str],
    ) -> Answer:
        self._require_sendable(call, token)
        form, authorization = authorized(params, token, version)
        try:
            async with asyncio.timeout(deadline_s):
                raw = await self._connections.post(call, form, headers={**headers, **authorization})
        except TimeoutError as exc:
            raise self._too_late(call, deadline_s) from exc
        return read_answer(raw, self.config, call.path)

    def _require(self, call: Call, version: Version | None) -> None:
        if call.exists_in(version):
            return
        has = f"Technitium {version}" if version else "the node, whose version is not known,"
        raise NodeVersionUnsupported(
            self.config.id,
            f"This needs Technitium {call.since} or newer; {has} does not have it.",
            path=call.path,
        )

    def _require_readable(self, call: Call, body: Body, version: Version | None) -> None:
        if isinstance(body, Json) and not sends_bearer(version):
            raise NodeVersionUnsupported(
                self.config.id,
                "This version takes the token of a call with JSON only from the address, where "
                "none is ever sent. Send a form.",
                path=call.path,
            )

    def _require_sendable(self, call: Call, token: Secret) -> None:
        if not is_sendable(token):
            raise NodeSessionExpired(
                self.config.id, "This token was never one of the node's.", path=call.path
            )

    def _too_late(self, call: Call, deadline_s: float) -> NodeTimeout:
        return NodeTimeout(
            self.config.id, f"The node did not answer within {deadline_s:g} s.", path=call.path
        )
