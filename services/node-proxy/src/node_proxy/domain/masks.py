"""Secrets in what nodes answer and in what comes back from callers: hidden, and never stored.

A node shows keys and passwords to whoever may read its settings. Nobody needs them here: they are
masked on the way out, and a mask that is sent back is refused, for it would become the secret.
"""

import re
from typing import Any, Final

import msgspec
from companion.problems import Problem
from companion.technitium.bodies import Fields

MASK: Final = "********"
# What is looked through piece by piece costs about ten times its size in memory.
MOST_LOOKED_THROUGH_BYTES: Final = 16 * 1024 * 1024

_DROPPED: Final = frozenset({"token", "stacktrace", "innererrormessage"})
_SECRET_ENDINGS: Final = ("password", "secret")
_SECRETS: Final = frozenset({"pass", "newpass", "totp", "qrcodepngimage", "privatekey", "apikey"})
# A key of JSON that could be one of those; keys are told from values when it is looked through.
_MARKS: Final = tuple(
    f'{word}"'.encode() for word in (*_SECRET_ENDINGS, *sorted(_DROPPED | _SECRETS))
)
# Letters written as escapes, which Technitium never does: a key may hide behind them.
_ESCAPED_LETTER = re.compile(rb"\\u00[4-7]")
# Such a value is a mask of the node's own, which it knows when it comes back.
_ONLY_STARS = re.compile(r"\*+")


class CannotMask(Exception):  # noqa: N818 - it states an outcome
    """An answer that may hold secrets is too long or deep to be looked through, or not readable."""


def masked(body: bytes, *, most_bytes: int = MOST_LOOKED_THROUGH_BYTES) -> bytes:
    """The same JSON without tokens and inner errors, and with its secrets masked.

    An answer without any is given back as it is, byte for byte.

    Raises:
        CannotMask: There may be secrets in it, and they cannot be found.
    """
    lowered = body.lower()
    if not any(mark in lowered for mark in _MARKS) and not _ESCAPED_LETTER.search(lowered):
        return body
    if len(body) > most_bytes:
        raise CannotMask
    del lowered
    try:
        return msgspec.json.encode(_masked(msgspec.json.decode(body)))
    # A ValueError: numbers and letters that the syntax allows and nobody can represent.
    except (ValueError, RecursionError) as error:
        raise CannotMask from error


def is_secret(name: str) -> bool:
    """Whether a field of this name holds a secret."""
    key = name.strip().casefold()
    return key.endswith(_SECRET_ENDINGS) or key in _SECRETS


def refuse_masks(fields: Fields) -> None:
    """See to it that no mask is stored in the place of a secret.

    Raises:
        Problem: `masked_value`, naming the field.
    """
    for name, value in fields:
        cells = value.split("|") if name.strip().casefold() == "tsigkeys" else [value]
        if MASK in cells and (is_secret(name) or len(cells) > 1):
            raise mask_sent(name)


def refuse_masks_in_json(value: object, *, place: str = "") -> None:
    """The same for JSON, at any depth.

    Raises:
        Problem: `masked_value`, naming the field with the way there.
    """
    if isinstance(value, dict):
        for name, one in value.items():
            here = f"{place}.{name}" if place else name
            if one == MASK and is_secret(name):
                raise mask_sent(here)
            refuse_masks_in_json(one, place=here)
    elif isinstance(value, list):
        for number, one in enumerate(value):
            refuse_masks_in_json(one, place=f"{place}[{number}]")


def mask_sent(field: str) -> Problem:
    """The problem for a mask that came back in `field`."""
    return Problem(
        "masked_value",
        f'"{field}" holds {MASK}, which stands for a secret that is not shown. Send the secret '
        "itself, or leave the field out.",
        field=field,
    )


def _masked(value: Any) -> Any:  # noqa: ANN401 - JSON is any type
    if isinstance(value, dict):
        return {
            name: _hidden(one) if is_secret(name) else _masked(one)
            for name, one in value.items()
            if name.strip().casefold() not in _DROPPED
        }
    if isinstance(value, list):
        return [_masked(one) for one in value]
    return value


def _hidden(value: object) -> object:
    """Nothing stays nothing, so that people see whether there is a secret."""
    if value is None or value == "" or (isinstance(value, str) and _ONLY_STARS.fullmatch(value)):
        return value
    return MASK
