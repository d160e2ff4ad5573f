"""What the routes find in `request.state`."""

import asyncio
from typing import TypedDict

from companion.asgi.origin import RequestOrigin
from companion.identity import Verifier
from companion.redis_clock import RedisClock
from companion.sessions.refused_tokens import RefusedTokens
from companion.sessions.store import SessionStore

from auth_gateway.domain.admission import Admission
from auth_gateway.domain.identity import Identity
from auth_gateway.domain.me import Stack
from auth_gateway.domain.permissions import Rights
from auth_gateway.domain.ports import BackgroundState, ClusterTokenUse, Kick, Tally, Upstreams
from auth_gateway.domain.re_entry import ReEntry


class Shared(TypedDict):
    """What the lifespan opens, shared by all requests."""

    sessions: SessionStore
    admission: Admission
    re_entry: ReEntry
    identity: Identity
    rights: Rights
    refused_tokens: RefusedTokens
    verifier: Verifier
    redis_clock: RedisClock
    background: BackgroundState
    cluster_token_use: ClusterTokenUse
    session_auth: bool
    upstreams: Upstreams
    tally: Tally
    stack: Stack
    kick_outbox: Kick
    # Set by the server when it begins to end.
    ending: asyncio.Event


class State(Shared):
    """What one request sees: middleware adds where it comes from and what it is called."""

    origin: RequestOrigin
    request_id: str
