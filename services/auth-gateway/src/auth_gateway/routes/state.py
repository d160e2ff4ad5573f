"""What the routes find in `request.state`."""

from typing import TypedDict

from companion.asgi.origin import RequestOrigin
from companion.sessions.store import SessionStore

from auth_gateway.domain.admission import Admission
from auth_gateway.domain.me import Stack
from auth_gateway.domain.ports import BackgroundState, Kick, Tally, Upstreams


class Shared(TypedDict):
    """What the lifespan opens, shared by all requests."""

    sessions: SessionStore
    admission: Admission
    background: BackgroundState
    upstreams: Upstreams
    tally: Tally
    stack: Stack
    kick_outbox: Kick


class State(Shared):
    """What one request sees: middleware adds where it comes from and what it is called."""

    origin: RequestOrigin
    request_id: str
