"""Passwords in the text of a zone file: a conditional forwarder's record names its proxy's.

The text goes by line for line as it comes, so a zone of any size takes little memory.
"""

import re
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Final

from node_proxy.domain.masks import MASK

# Technitium writes no line nearly as long.
LONGEST_LINE_BYTES: Final = 1024 * 1024

# FWD protocol forwarder validation proxy-type address port, then user, password and priority.
_FORWARDER = re.compile(
    rb"(\sFWD\s+\S+\s+\S+\s+\S+\s+(?:Http|Socks5)\s+\S+\s+\S+[ ]+)([^\t\r\n]*)", re.IGNORECASE
)
_MASK: Final = MASK.encode()
_USER_PASSWORD_PRIORITY = 3


class LineTooLong(Exception):  # noqa: N818 - it states an outcome
    """What comes is no zone file."""


def mask_line(line: bytes) -> bytes:
    """One line with the password of a proxy masked."""
    return _FORWARDER.sub(lambda match: match[1] + _masked(match[2]), line)


async def mask_lines(chunks: AsyncIterator[bytes]) -> AsyncGenerator[bytes]:
    """The same text with its passwords masked; nothing is kept but the line that is unfinished.

    Raises:
        LineTooLong: There is no end of a line for very long.
    """
    kept = b""
    async for chunk in chunks:
        whole, newline, kept = (kept + chunk).rpartition(b"\n")
        if newline:
            yield mask_line(whole + newline)
        if len(kept) > LONGEST_LINE_BYTES:
            raise LineTooLong
    if kept:
        yield mask_line(kept)


def holds_mask(text: bytes) -> bool:
    """Whether a zone file that was sent has a mask in the place of such a password."""
    return any(_MASK in match[2] for match in _FORWARDER.finditer(text))


def _masked(words: bytes) -> bytes:
    """A dash stands for none; whatever cannot be told apart is masked as a whole."""
    parts = words.split(b" ")
    if len(parts) < _USER_PASSWORD_PRIORITY:
        return _MASK
    user, *password, priority = parts
    shown = b"-" if password == [b"-"] else _MASK
    return b" ".join([user, shown, priority])
