"""Foreign text made fit to be shown and logged: one line, of bounded length, without secrets."""

import re
import unicodedata
from collections.abc import Iterable

MAX_TEXT_CHARACTERS = 300

# Every kind of Technitium token is 64 hexadecimal characters; a long piece of one counts too.
_TOKEN = re.compile(r"[0-9A-Fa-f]{32,}")
_HIDDEN = "<secret>"


def readable(text: str, *, secrets: Iterable[str] = ()) -> str:
    """Return one line of at most `MAX_TEXT_CHARACTERS` that can be shown to people.

    Control and invisible formatting characters become spaces, so that a node can neither break
    a log line nor turn its direction; anything that looks like a token, and each of `secrets`,
    is hidden, since a node may repeat what it was sent.
    """
    for secret in filter(None, secrets):
        text = text.replace(secret, _HIDDEN)
    text = _TOKEN.sub(_HIDDEN, text[: 10 * MAX_TEXT_CHARACTERS])
    visible = "".join(" " if _is_unprintable(character) else character for character in text)
    line = " ".join(visible.split())
    if len(line) <= MAX_TEXT_CHARACTERS:
        return line
    return line[: MAX_TEXT_CHARACTERS - 1].rstrip() + "…"


def is_readable(text: str) -> bool:
    """Say whether a text can be shown as it is: no control or invisible formatting character."""
    return not any(_is_unprintable(character) for character in text)


def _is_unprintable(character: str) -> bool:
    return unicodedata.category(character)[0] == "C"
