"""GET /api/auth/verify: tells a proxy who is asking for another application behind it.

Made for Traefik's ForwardAuth. The other application stands on another port of this host name, so
browsers send it our cookie; it must never see it, nor any name but the one confirmed here.
"""

from typing import Final

from companion.asgi.guard import POLL_HEADER, require_session
from companion.asgi.unsafe import SAFE_METHODS, origin_refusal
from companion.problems import Problem
from companion.sessions.errors import SessionInvalid
from starlette.requests import Request
from starlette.responses import Response

from auth_gateway.domain.other_application import (
    READ,
    OtherRequest,
    can_be_header,
    other_cookies,
    other_request,
)
from auth_gateway.routes.sign_in_first import sign_in_first
from auth_gateway.routes.state import State

USER_HEADER: Final = "Remote-User"


async def verify(request: Request[State]) -> Response:
    """Answer 200 with the name, and with the caller's cookies but ours; else say why not."""
    said = {name: request.headers.getlist(name) for name in READ}
    asked = other_request(said, request.state["origin"])
    if asked is None:
        raise Problem(
            "invalid_request",
            "This is asked by a proxy in front of another application: X-Forwarded-Method, "
            "X-Forwarded-Proto and X-Forwarded-Host from an address in TRUSTED_PROXIES.",
        )
    try:
        name = await _confirmed(request, asked)
    except (Problem, SessionInvalid) as exc:
        page = sign_in_first(request, exc, host=asked.origin.host)
        if page is None:
            raise
        return page
    headers = {USER_HEADER: name}
    if cookies := other_cookies(request.headers.getlist("cookie")):
        headers["Cookie"] = cookies
    return Response(headers=headers)


async def _confirmed(request: Request[State], asked: OtherRequest) -> str:
    """The name to tell.

    Raises:
        Problem: `same_origin_app`, `identity_unconfirmed`, a refused origin, or no usable cookie.
        SessionInvalid: There is no such session any more.
        SessionKeyUnknown: It is sealed with a key this process does not have.
        StoreUnavailable: Redis does not answer.
    """
    session = await require_session(request, activity=_is_use(request, asked))
    if asked.origin.url == session.record.origin:
        raise Problem(
            "same_origin_app",
            "An application at the address of the Companion itself could act as whoever is signed "
            "in. Give it a port of its own.",
        )
    if asked.may_change:
        refusal = origin_refusal(request.headers, asked.origin, ())
        if refusal is not None:
            raise refusal
    name = await request.state["identity"].confirmed(session.record)
    if name is None or not can_be_header(name):
        raise Problem(
            "identity_unconfirmed",
            "You are not signed in to the node or cluster that says who you are. Sign in to it in "
            "the Companion.",
        )
    return name


def _is_use(request: Request[State], asked: OtherRequest) -> bool:
    """Using the other application is activity, by the rule for our own: a poll is not."""
    reads = asked.method in SAFE_METHODS
    return not (reads and request.headers.get(POLL_HEADER) == "1")
