"""Tokens that their nodes have just refused are no longer the session's."""

from collections.abc import Mapping
from typing import Any

import structlog
from companion.sessions.store import OpenSession
from companion.store import StoreUnavailable
from starlette.requests import Request

from auth_gateway.domain.permissions import Said

log = structlog.get_logger(__name__)


async def take_out_refused(
    request: Request[Any], session: OpenSession, said: Mapping[str, Said]
) -> None:
    """Take each refused token out, so that pages and other calls know.

    Best effort while the store is away: the next call meets the same refusal.

    Raises:
        SessionInvalid: The session ended in the meantime.
    """
    for node_id, each in said.items():
        token = session.record.nodes[node_id].token if each.is_refused else None
        if token is None:
            continue
        try:
            session = await request.state["refused_tokens"].take_out(session, node_id, token)
        except StoreUnavailable:
            log.warning("refused node token stays: the store does not answer", node=node_id)
