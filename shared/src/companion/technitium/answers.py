"""What a node's answer means: only a JSON object whose status is `ok` is a success.

Technitium answers HTTP 200 for nearly everything, and says in the body how it went.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import msgspec

from companion.nodes import NodeConfig
from companion.technitium.calls import Call
from companion.technitium.errors import (
    NodeError,
    NodeGarbled,
    NodePermissionDenied,
    NodeRejected,
    NodeSessionExpired,
)
from companion.technitium.text import readable
from companion.technitium.transport import RawAnswer
from companion.technitium.versions import Version, may_name_a_missing_token

_OK = "ok"
_INVALID_TOKEN = "invalid-token"  # noqa: S105 - a status, not a token
_DENIED = "Access was denied."
_TOKEN_MISSING = "Parameter 'token' missing."  # noqa: S105 - a message, not a token
_HTTP_OK = 200
_ENVELOPE = ("status", "server")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The JSON object of an answer, whatever its status."""

    body: dict[str, Any]

    @property
    def status(self) -> str:
        status = self.body.get("status")
        return status if isinstance(status, str) else ""

    @property
    def ok(self) -> bool:
        return self.status == _OK

    @property
    def invalid_token(self) -> bool:
        return self.status == _INVALID_TOKEN

    @property
    def message(self) -> str:
        """The node's own words as it sent them: only for comparing, never for showing."""
        message = self.body.get("errorMessage")
        return message if isinstance(message, str) else ""

    def fields(self, call: Call) -> dict[str, Any] | None:
        """The fields of a success without their envelope; None when they are not there."""
        if not call.wrapped:
            return {name: value for name, value in self.body.items() if name not in _ENVELOPE}
        response = self.body.get("response")
        return response if isinstance(response, dict) else None


def read_answer(raw: RawAnswer, config: NodeConfig, path: str) -> Answer:
    """Read an answer as Technitium gives it.

    Raises:
        NodeGarbled: It is none; the message says what came instead.
    """
    problem = _http_problem(raw, config)
    body: object = None
    if problem is None:
        try:
            body = msgspec.json.decode(raw.body)
        # A ValueError: bytes that are no UTF-8 are not msgspec's own error.
        except (ValueError, RecursionError):
            problem = _body_problem(raw.body)
    if problem is None and not (isinstance(body, dict) and isinstance(body.get("status"), str)):
        problem = _NOT_AN_ENVELOPE
    if problem is not None or not isinstance(body, dict):
        raise NodeGarbled(config.id, problem or _NOT_TECHNITIUM, path=path)
    return Answer(body=body)


class _Envelope(msgspec.Struct):
    status: str
    error_message: object = msgspec.field(default=None, name="errorMessage")


_envelopes = msgspec.json.Decoder(_Envelope)


def read_envelope(raw: RawAnswer, config: NodeConfig, path: str) -> Answer:
    """Read status and error text alone; the rest is checked to be JSON and not kept.

    Raises:
        NodeGarbled: As `read_answer`.
    """
    problem = _http_problem(raw, config)
    if problem is None:
        try:
            envelope = _envelopes.decode(raw.body)
            _require_utf8(raw.body)
        except msgspec.ValidationError:
            problem = _NOT_AN_ENVELOPE
        except (ValueError, RecursionError):
            problem = _body_problem(raw.body)
        else:
            return Answer(body={"status": envelope.status, "errorMessage": envelope.error_message})
    raise NodeGarbled(config.id, problem, path=path)


def _require_utf8(body: bytes) -> None:
    """What is skipped is not looked at by the decoder. Technitium writes ASCII alone."""
    if not body.isascii():
        body.decode()


def refusal(
    answer: Answer,
    config: NodeConfig,
    call: Call,
    *,
    version: Version | None,
    secrets: Iterable[str] = (),
) -> NodeError:
    """Make the error for an answer whose status is not `ok`.

    The stack and the inner error that old versions send stay here.
    """
    if answer.invalid_token or (
        answer.message == _TOKEN_MISSING and may_name_a_missing_token(version)
    ):
        return NodeSessionExpired(
            config.id, "The node no longer knows this session. Sign in to it again.", path=call.path
        )
    if answer.message == _DENIED:
        return _denied(config, call)
    message = readable(answer.message, secrets=secrets)
    return NodeRejected(config.id, message or "The node gave no reason.", path=call.path)


def _denied(config: NodeConfig, call: Call) -> NodePermissionDenied:
    right = f" It needs {call.section}: {call.permission}." if call.section else ""
    return NodePermissionDenied(
        config.id,
        f"This account may not do that on the node.{right}",
        section=call.section,
        permission=call.permission,
        path=call.path,
    )


def _http_problem(raw: RawAnswer, config: NodeConfig) -> str | None:
    if raw.status == _HTTP_OK:
        return None
    if raw.location is not None:
        return (
            f"The node redirects{_to(raw.location)}, and redirects are not followed. "
            f"Set {config.variable('BASE_URL')} to the address that it leads to."
        )
    return f"The node answered with HTTP status {raw.status}, which Technitium does not."


def _to(location: str) -> str:
    """Where a redirect leads, without a path or query, which may repeat what was sent."""
    try:
        parts = urlsplit(location)
        host, port = parts.hostname, parts.port
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not host:
        return ""
    return readable(f" to {parts.scheme}://{host}" + (f":{port}" if port else "")).join((" ", ""))


def _body_problem(body: bytes) -> str:
    start = body.lstrip()[:1]
    if not start:
        return "The node's answer is empty."
    if start == b"<":
        return f"What answers at the node's address is a web page, {_NOT_TECHNITIUM_SHORT}."
    if start == b"{":
        return "The node's answer is JSON that was cut off or is not whole."
    return _NOT_TECHNITIUM


_NOT_AN_ENVELOPE = "The node's answer is JSON, but not as Technitium answers."
_NOT_TECHNITIUM_SHORT = "not the Technitium API"
_NOT_TECHNITIUM = "What answers at the node's address is not the Technitium API."
