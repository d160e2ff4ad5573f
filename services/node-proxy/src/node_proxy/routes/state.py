"""What the routes find in `request.state`."""

import asyncio
from typing import TypedDict

from companion.clock import Clock
from companion.nodes import NodeConfig
from companion.sessions.store import SessionStore

from node_proxy.domain.logs.service import Logs
from node_proxy.domain.ports import Parts, PersonsNodesOf


class State(TypedDict):
    """What the lifespan provides to the routes."""

    clock: Clock
    started: float
    configs: tuple[NodeConfig, ...]
    sessions: SessionStore
    nodes_of: PersonsNodesOf
    session_auth: bool
    parts: Parts
    logs: Logs
    # Set by the server when it begins to end, so that streams do.
    ending: asyncio.Event
