"""Long answers: they end with the session and with their client."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Any, TypeVar

from companion.sessions.cookie import read_cookie
from companion.sessions.watch import watched, while_living
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

_Item = TypeVar("_Item")


class Streamed(StreamingResponse):
    """Sends chunks as they come, and closes their generator however it ends."""

    def __init__(
        self,
        chunks: AsyncGenerator[bytes],
        *,
        media_type: str,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        # nginx would collect them otherwise.
        super().__init__(
            chunks, media_type=media_type, headers={"X-Accel-Buffering": "no", **(headers or {})}
        )
        self._chunks = chunks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with aclosing(self._chunks):
            if scope["method"] == "HEAD":
                await send(
                    {
                        "type": "http.response.start",
                        "status": self.status_code,
                        "headers": self.raw_headers,
                    }
                )
                await send({"type": "http.response.body"})
                return
            await super().__call__(scope, receive, send)


async def while_signed_in(
    request: Request[Any], source: AsyncGenerator[_Item]
) -> AsyncGenerator[_Item]:
    """The items of `source` while the session lives; where nobody signs in, all of them.

    Raises:
        SessionInvalid: The session has ended.
    """
    state: Mapping[str, Any] = request.scope["state"]
    cookie = read_cookie(request.scope)
    async with aclosing(source):
        if cookie is None or not state.get("session_auth", True):
            async for item in source:
                yield item
            return
        async with (
            watched(state["sessions"], cookie) as watch,
            aclosing(while_living(source, watch)) as living,
        ):
            async for item in living:
                yield item
