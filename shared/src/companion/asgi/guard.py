"""The one door for whoever must be signed in: HTTPS first, then the session."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from structlog.contextvars import bind_contextvars

from companion.asgi.origin import RequestOrigin
from companion.problems import Problem
from companion.sessions.cookie import read_cookie
from companion.sessions.store import OpenSession, SessionStore

POLL_HEADER = "x-companion-poll"
HTTPS_REQUIRED = (
    "Session authentication requires HTTPS (direct HTTPS or a TLS-terminating reverse proxy "
    "with TRUST_PROXY=true)."
)


SESSION_AUTH_OFF = (
    "Nobody signs in here: this stack runs without sessions (AUTH_SESSION_ENABLED is false)."
)


def require_session_auth(request: Request[Any]) -> None:
    """Refuse what only exists where people sign in.

    Raises:
        Problem: `session_auth_off`, 403.
    """
    if not request.scope["state"].get("session_auth", True):
        raise Problem("session_auth_off", SESSION_AUTH_OFF)


async def require_caller(
    request: Request[Any], *, activity: bool | None = None
) -> OpenSession | None:
    """The session of whoever asks; None where nobody signs in, since then everybody may.

    Raises:
        As `require_session` does, where people sign in.
    """
    if not request.scope["state"].get("session_auth", True):
        return None
    return await require_session(request, activity=activity)


async def require_session(request: Request[Any], *, activity: bool | None = None) -> OpenSession:
    """The session of whoever asks; one round trip to Redis. Log lines name its user from here on.

    `activity` says whether the call keeps the session from idling out; by default every call does
    but a GET that says it is a page polling.

    Raises:
        Problem: `https_required` 403, or `session_invalid` 401 without a usable cookie;
            `session_auth_off` 403 where nobody signs in.
        SessionInvalid: There is no such session any more.
        SessionKeyUnknown: It is sealed with a key this process does not have.
        StoreUnavailable: Redis does not answer.
    """
    require_session_auth(request)
    state: Mapping[str, Any] = request.scope["state"]
    require_https(state["origin"])
    cookie = read_cookie(request.scope)
    if cookie is None:
        raise Problem("session_invalid", "Authentication required")
    sessions: SessionStore = state["sessions"]
    session = await sessions.open(
        cookie, activity=counts_as_activity(request) if activity is None else activity
    )
    bind_contextvars(user=session.record.user)
    return session


def require_https(origin: RequestOrigin) -> None:
    """Refuse a request whose way here was not encrypted all along.

    Raises:
        Problem: `https_required`, 403.
    """
    if not origin.is_secure:
        raise Problem("https_required", HTTPS_REQUIRED)


def counts_as_activity(request: Request[Any]) -> bool:
    """Whether a person did this, rather than a page that asks by itself."""
    reads = request.method in ("GET", "HEAD")
    return not (reads and request.headers.get(POLL_HEADER) == "1")
