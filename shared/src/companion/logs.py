"""Structured logs: one JSON object a line on standard error, ours and the libraries' alike.

Both kinds pass the same processors, one of which takes out of everything that was said what looks
like a secret. Secrets are kept out of logs where they are used; this is the second line of defence.
"""

import logging
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from functools import lru_cache
from typing import Any, BinaryIO

import msgspec
import structlog
from structlog.typing import EventDict, Processor

# A line reads from left to right: when, how bad, who, what.
_FIRST = ("time", "level", "service", "event")

REDACTED = "<redacted>"
DEPTH_LIMIT = 6

# Names of values never shown, as parts of a key in any case: `password`, `newPassword`, `x-token`.
_SECRET_KEYS = re.compile(
    r"pass(?:word|phrase|wd)?$|token|totp|otp$|cookie|authorization|secret|pepper|session_keys?$"
    r"|private_key|api_?key|credential",
    re.IGNORECASE,
)
# Keys that only count or name such things.
_HARMLESS_KEYS = re.compile(
    r"(?:_count|_s|_ms|_state|configured|tokens_ended|token_name)$", re.IGNORECASE
)

# Technitium's tokens; a name and its value as in a query, a form, JSON or a repr; a bearer token.
_SECRET_TEXT = re.compile(
    r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])"
    r"|(?P<name>(?:password|passwd|pass|token|totp|otp|secret|authorization"
    r"|__Host-tdc_session|tdc_session)['\"]?\s*[=:]\s*(?:bearer\s+)?['\"]?)[^\s&;,'\"<]+"
    r"|(?P<bearer>\bbearer\s+)[A-Za-z0-9._~+/=-]{8,}",
    re.IGNORECASE,
)
# One of these is in every text that the expression above finds, but for Technitium's tokens.
_SECRET_WORDS = ("pass", "token", "otp", "secret", "authorization", "tdc_session", "bearer")
_TOKEN_CHARACTERS = 64


def configure(
    service: str,
    level: int,
    *,
    stream: BinaryIO | None = None,
    warnings: Iterable[str] = (),
) -> None:
    """Send every log line of this process to `stream` (standard error), from `level` upwards.

    Called once, before anything logs. `warnings` are what reading the settings had to say; they
    become the first lines.
    """
    output = stream or sys.stderr.buffer
    structlog.configure(
        processors=[_named(service), *_processors(), _render],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.BytesLoggerFactory(output),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    for handler in [*root.handlers]:
        root.removeHandler(handler)
    bridge = _Bridge()
    bridge.addFilter(Seldom())
    root.addHandler(bridge)
    root.setLevel(level)
    logging.captureWarnings(capture=True)
    _quieten(level)
    log = structlog.get_logger(service)
    for warning in warnings:
        log.warning("a setting needs attention", problem=warning)


class Seldom(logging.Filter):
    """Lets each warning of the server pass once a minute, with `suppressed`, how many did not.

    They tell what clients do ("Invalid HTTP request received."), so anybody could fill the log.
    """

    EVERY_S = 60.0
    LOGGER = "uvicorn.error"

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._monotonic = monotonic
        # By the text before its arguments: when one passed last, and how many have not since.
        self._last: dict[str, float] = {}
        self._held: Counter[str] = Counter()

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name != self.LOGGER or record.levelno != logging.WARNING:
            return True
        text, now = str(record.msg), self._monotonic()
        if text in self._last and now - self._last[text] < self.EVERY_S:
            self._held[text] += 1
            return False
        self._last[text] = now
        record.suppressed = self._held.pop(text, 0)
        return True


class _Bridge(logging.Handler):
    """Hands records of the standard loggers to structlog."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            log = structlog.get_logger(record.name).bind(logger=record.name)
            if suppressed := getattr(record, "suppressed", 0):
                log = log.bind(suppressed=suppressed)
            log.log(record.levelno, record.getMessage(), exc_info=record.exc_info)
        except Exception:  # noqa: BLE001 - a log line must not fail the work it tells of
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the base's name
        # The standard one prints the record's arguments, unredacted.
        sys.stderr.write(f"A log line of {record.name} could not be written.\n")


def redact(value: Any, *, depth: int = 0) -> Any:  # noqa: ANN401 - values of any shape are logged
    """The value with what looks like a secret replaced; other types become their text."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, bytes):
        return f"<{len(value)} bytes>"
    if isinstance(value, (Mapping, list, tuple, set, frozenset)):
        return REDACTED if depth >= DEPTH_LIMIT else _redact_within(value, depth=depth + 1)
    text = str(value)
    return text if _is_harmless(text) else _SECRET_TEXT.sub(_hide, text)


def _is_harmless(text: str) -> bool:
    """Whether a short look says that nothing of `_SECRET_TEXT` can be in it: most texts are so."""
    if len(text) >= _TOKEN_CHARACTERS or not text.isascii():
        return False
    lower = text.lower()
    return not any(word in lower for word in _SECRET_WORDS)


def _redact_within(value: Mapping[Any, Any] | Iterable[Any], *, depth: int) -> Any:  # noqa: ANN401 - whatever is logged
    if isinstance(value, Mapping):
        return {str(key): _redact_named(str(key), item, depth) for key, item in value.items()}
    return [redact(item, depth=depth) for item in value]


def _redact_named(key: str, value: object, depth: int = 0) -> object:
    if value is None or isinstance(value, bool):
        return value
    return REDACTED if is_secret_key(key) else redact(value, depth=depth)


@lru_cache(maxsize=1024)
def is_secret_key(key: str) -> bool:
    return bool(_SECRET_KEYS.search(key)) and not _HARMLESS_KEYS.search(key)


def _hide(match: re.Match[str]) -> str:
    return (match["name"] or match["bearer"] or "") + REDACTED


def _processors() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.format_exc_info,
        _redact_event,
        # Behind it, for there is nothing to look for in it.
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
    ]


def _named(service: str) -> Processor:
    def add_service(_: object, __: str, event: EventDict) -> EventDict:
        event["service"] = service
        return event

    return add_service


def _redact_event(_: object, __: str, event: EventDict) -> EventDict:
    return {key: _redact_named(key, value) for key, value in event.items()}


def _render(_: object, __: str, event: MutableMapping[str, Any]) -> bytes:
    """One line: JSON escapes every control character, so no value can forge a second one."""
    first = {name: event.pop(name, None) for name in _FIRST}
    return msgspec.json.encode({**first, **event})


def _quieten(level: int) -> None:
    """Libraries tell at warning what a person should see; uvicorn's access log is ours."""
    for name in ("uvicorn", "aiohttp", "asyncio", "redis"):
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    access = logging.getLogger("uvicorn.access")
    access.disabled = True
