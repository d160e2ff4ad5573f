"""Turns every error, also of middleware and of the framework, into a problem document."""

from collections.abc import Mapping
from typing import Any

import msgspec
import structlog
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, ExceptionHandler, Message, Receive, Scope, Send

from companion.problems import CODE_OF_STATUS, Problem, node_problem
from companion.sessions.cookie import read_cookie
from companion.sessions.errors import SessionInvalid, SessionKeyUnknown
from companion.store import StoreUnavailable
from companion.technitium.errors import NodeError

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 2
# A path says where the problem was; an answer three times as long as the request says no more.
LONGEST_PATH_SHOWN = 2_000

log = structlog.get_logger(__name__)


def problem_response(problem: Problem, scope: Scope) -> Response:
    """The answer for a problem; a HEAD request gets its headers alone."""
    request_id = scope.get("state", {}).get("request_id", "")
    document = problem.document(instance=_shown_path(scope), request_id=request_id)
    response = Response(
        msgspec.json.encode(document),
        status_code=problem.status,
        media_type=MEDIA_TYPE,
        headers=problem.headers,
    )
    if scope["method"] == "HEAD":
        # Its Content-Length stays that of the answer to GET.
        response.body = b""
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def problem_of(exc: Exception, scope: Scope) -> Problem:
    """The problem an error stands for; what nobody foresaw is logged and says nothing else."""
    match exc:
        case Problem():
            problem = exc
        case NodeError():
            problem = node_problem(exc)
        case StoreUnavailable():
            problem = _store_unavailable(exc, scope)
        case SessionInvalid():
            problem = Problem("session_invalid", "Authentication required")
        case SessionKeyUnknown():
            problem = _session_key_unknown(exc)
        case HTTPException():
            problem = _http_problem(exc, scope)
        case _:
            log.error("request failed", exc_info=exc)
            problem = Problem("internal_error", "Internal server error")
    return problem


def exception_handlers() -> Mapping[Any, ExceptionHandler]:
    """For `Starlette(exception_handlers=…)`: errors of routes, where the response can still start.

    `ProblemMiddleware` answers for the rest.
    """
    kinds = (
        Problem,
        NodeError,
        StoreUnavailable,
        SessionInvalid,
        SessionKeyUnknown,
        HTTPException,
    )
    return dict.fromkeys(kinds, _handle)


class ProblemMiddleware:
    """Answers for errors of the middleware inside it, and for those nobody foresaw.

    An error after the response has begun cannot be answered: it is logged and raised again, so
    that the server cuts the connection and nobody takes half an answer for a whole one. A client
    that left in the middle is no error: anybody could fill the log with them.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def sending(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, sending)
        except ClientDisconnect:
            return
        except Exception as exc:
            if started:
                raise
            await problem_response(problem_of(exc, scope), scope)(scope, receive, send)


async def _handle(request: Request, exc: Exception) -> Response:
    return problem_response(problem_of(exc, request.scope), request.scope)


def _http_problem(exc: HTTPException, scope: Scope) -> Problem:
    """Unknown paths, and known paths with another method, are both 404, as in the Companion."""
    code = CODE_OF_STATUS.get(exc.status_code, "invalid_request")
    if code == "not_found":
        return Problem("not_found", f"Cannot {scope['method']} {_shown_path(scope)}")
    return Problem(code, exc.detail, headers=exc.headers)


def _shown_path(scope: Scope) -> str:
    path: str = scope["path"]
    return path[:LONGEST_PATH_SHOWN]


def _store_unavailable(exc: StoreUnavailable, scope: Scope) -> Problem:
    log.warning("the store does not answer", reason=str(exc))
    consequence = (
        "Nobody can sign in until it is back"
        if read_cookie(scope) is None
        else "You are still signed in"
    )
    return Problem(
        "store_unavailable",
        f"The session store cannot be reached. {consequence}; try again shortly.",
        headers={"Retry-After": str(RETRY_AFTER_S)},
    )


def _session_key_unknown(exc: SessionKeyUnknown) -> Problem:
    log.error("a session is sealed with a key that SESSION_KEYS does not hold", reason=str(exc))
    return Problem(
        "session_key_unknown",
        "This session was sealed with a key this service does not have. Try again shortly.",
        headers={"Retry-After": str(RETRY_AFTER_S)},
    )
