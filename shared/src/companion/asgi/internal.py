"""The one door for calls that a service makes in its own name: a signature over the whole call.

It stands on listeners of their own; the public ones know none of these paths.
"""

import asyncio
from collections.abc import Collection, Mapping
from typing import Any, Final

import structlog
from starlette.requests import Request

from companion.identity import IdentityRefused, Verifier
from companion.problems import Problem
from companion.redis_clock import RedisClock

# A question between services is small, and it is there at once.
MAX_BODY_BYTES: Final = 64 * 1024
BODY_S: Final = 10.0

log = structlog.get_logger(__name__)


async def signed_body(request: Request[Any], *, callers: Collection[str]) -> bytes:
    """The body of a call that one of the services `callers` has signed.

    The application's state holds `verifier` and `redis_clock`.

    Raises:
        Problem: `identity_refused` 401, which says no reason; or the body is too large or late.
        StoreUnavailable: What time it is is not known.
    """
    state: Mapping[str, Any] = request.scope["state"]
    verifier: Verifier = state["verifier"]
    clock: RedisClock = state["redis_clock"]
    body = await _body(request)
    try:
        verifier.verify(
            request.headers,
            request.method,
            request.scope["raw_path"].decode("latin-1"),
            request.scope["query_string"].decode("latin-1"),
            body,
            callers=callers,
            now=await clock.now(),
        )
    except IdentityRefused as exc:
        log.warning("identity_refused", reason=exc.reason)
        raise Problem("identity_refused", "The call does not show which service makes it.") from exc
    return body


async def _body(request: Request[Any]) -> bytes:
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_S):
            async for chunk in request.stream():
                body += chunk
                if len(body) > MAX_BODY_BYTES:
                    raise Problem(
                        "request_too_large", f"The body must have at most {MAX_BODY_BYTES} bytes."
                    )
    except TimeoutError as exc:
        raise Problem(
            "invalid_request",
            f"The body did not come within {BODY_S:g} s.",
            headers={"Connection": "close"},
        ) from exc
    return bytes(body)
