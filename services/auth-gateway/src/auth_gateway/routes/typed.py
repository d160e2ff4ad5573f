"""The credentials somebody typed, from a request; what is wrong with it as a problem."""

import asyncio
from collections.abc import Sequence
from typing import Final

from companion.nodes import NodeConfig
from companion.problems import Problem
from starlette.requests import Request

from auth_gateway.domain.credentials import (
    MAX_BODY_BYTES,
    Credentials,
    InvalidRequest,
    MissingCredentials,
    UnknownBodyType,
    read_credentials,
)
from auth_gateway.domain.node_list import UnknownNode, read_node_list
from auth_gateway.routes.state import State

# A sign-in's body has a few hundred bytes.
BODY_S: Final = 10.0


async def typed_credentials(
    request: Request[State], *, default_username: str = "", within_s: float = BODY_S
) -> Credentials:
    """Read the body, which is small and has to be there `within_s` seconds from now.

    Raises:
        Problem: `request_too_large`, `unsupported_media_type`, `missing_credentials`, or
            `invalid_request` with the name of the field.
    """
    body = await _body_in_time(request, within_s)
    return _credentials(request, body, default_username)


async def typed_node_sign_in(
    request: Request[State], known: Sequence[NodeConfig], *, default_username: str
) -> tuple[list[NodeConfig], Credentials]:
    """Read the body of a sign-in to some nodes: which ones, and the credentials.

    Raises:
        Problem: As for `typed_credentials`, or `node_unknown`.
    """
    body = await _body_in_time(request, BODY_S)
    credentials = _credentials(request, body, default_username)
    try:
        return read_node_list(body, known), credentials
    except InvalidRequest as exc:
        raise Problem("invalid_request", exc.message, field=exc.field) from exc
    except UnknownNode as exc:
        raise Problem("node_unknown", f"No node {exc} is configured.") from exc


def _credentials(request: Request[State], body: bytes, default_username: str) -> Credentials:
    content_type = request.headers.get("content-type", "")
    try:
        return read_credentials(content_type, body, default_username=default_username)
    except MissingCredentials as exc:
        raise Problem("missing_credentials", "Missing username/password") from exc
    except InvalidRequest as exc:
        raise Problem("invalid_request", exc.message, field=exc.field) from exc
    except UnknownBodyType as exc:
        raise Problem(
            "unsupported_media_type",
            "Send JSON (application/json) or a form (application/x-www-form-urlencoded).",
        ) from exc


async def _body_in_time(request: Request[State], within_s: float) -> bytes:
    """Nobody has proved anything yet, so anybody could hold this up."""
    try:
        async with asyncio.timeout(within_s):
            return await _small_body(request)
    except TimeoutError as exc:
        raise Problem(
            "invalid_request",
            f"The body did not come within {within_s:g} s.",
            headers={"Connection": "close"},
        ) from exc


async def _small_body(request: Request[State]) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise Problem(
                "request_too_large", f"The body must have at most {MAX_BODY_BYTES} bytes."
            )
    return bytes(body)
