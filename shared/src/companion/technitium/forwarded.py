"""What comes back from a forwarded call: a whole answer, or a file on its way.

A node says of errors in JSON what it says of everything else, in the place of a file too.
"""

import re
from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final

from companion.nodes import NodeConfig
from companion.secret import Secret
from companion.technitium.answers import read_envelope, refusal
from companion.technitium.calls import MAX_PERSONAL_BYTES, Call
from companion.technitium.errors import NodeGarbled
from companion.technitium.stream import NodeStream
from companion.technitium.transport import RawAnswer
from companion.technitium.versions import Version

# How long a node may pause in the middle of a file.
IDLE_S: Final = 30.0
HIDDEN: Final = b"********"

_FILES: Final = frozenset({"text/plain", "text/csv"})
_FILENAME = re.compile(r'filename="?([^";]+)', re.IGNORECASE)
_UNSAFE = re.compile(r"[^A-Za-z0-9._ ()-]+")
_MAX_NAME_CHARACTERS = 120
# Before a JSON object that stands where a file should.
_BLANKS = b"\xef\xbb\xbf \t\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """The whole JSON of a success, as the node wrote it; the caller's own token is hidden."""

    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """A file; `filename` is safe to be saved under, `chunks` end in a NodeError if it is cut."""

    media_type: str
    filename: str
    chunks: AsyncGenerator[bytes]


Forwarded = Envelope | Download


async def judged(
    stream: NodeStream,
    config: NodeConfig,
    call: Call,
    *,
    token: Secret,
    version: Version | None,
    idle_s: float = IDLE_S,
) -> Forwarded:
    """Say what an answer is; JSON is read whole, of a file no more than its beginning.

    Raises:
        NodeError: It is no success.
    """
    media_type = stream.content_type.partition(";")[0].strip().lower()
    if not (call.download and media_type in _FILES and stream.status == 200):  # noqa: PLR2004
        body = await stream.read(call.max_bytes)
        _require_success(stream, config, call, body, token=token, version=version)
        if call.download:
            raise NodeGarbled(config.id, "The node sent no file.", path=call.path)
        return Envelope(body=body.replace(token.reveal().encode(), HIDDEN))
    chunks = stream.chunks(idle_s=idle_s)
    begun = await _beginning(chunks)
    if begun.lstrip(_BLANKS).startswith(b"{"):
        begun = await _all_but_an_error(
            stream, config, call, begun, chunks, token=token, version=version
        )
    return Download(
        media_type=media_type,
        filename=_filename(stream.disposition.replace(token.reveal(), ""), call),
        chunks=without(token, _after([begun], chunks)),
    )


async def without(token: Secret, chunks: AsyncGenerator[bytes]) -> AsyncGenerator[bytes]:
    """The same bytes with a token hidden, also where it lies across two pieces."""
    hidden = token.reveal().encode()
    kept = b""
    async with aclosing(chunks):
        async for chunk in chunks:
            text = (kept + chunk).replace(hidden, HIDDEN)
            held = _held_back(text, hidden)
            kept = text[len(text) - held :]
            if len(text) > held:
                yield text[: len(text) - held]
    if kept:
        yield kept


def _held_back(text: bytes, hidden: bytes) -> int:
    """How many of the last bytes could be the beginning of a token."""
    for length in range(min(len(hidden) - 1, len(text)), 0, -1):
        if hidden.startswith(text[-length:]):
            return length
    return 0


def _require_success(
    stream: NodeStream,
    config: NodeConfig,
    call: Call,
    body: bytes,
    *,
    token: Secret,
    version: Version | None,
) -> None:
    raw = RawAnswer(status=stream.status, location=stream.location, body=body)
    answer = read_envelope(raw, config, call.path)
    if not answer.ok:
        raise refusal(answer, config, call, version=version, secrets=[token.reveal()])


async def _beginning(chunks: AsyncGenerator[bytes]) -> bytes:
    """Everything up to the first byte that says something."""
    begun = b""
    while not begun.strip(_BLANKS) and len(begun) < MAX_PERSONAL_BYTES:
        chunk = await anext(chunks, b"")
        if not chunk:
            break
        begun += chunk
    return begun


async def _all_but_an_error(
    stream: NodeStream,
    config: NodeConfig,
    call: Call,
    begun: bytes,
    chunks: AsyncGenerator[bytes],
    *,
    token: Secret,
    version: Version | None,
) -> bytes:
    """What a file begins with that looks like JSON: as far as an error of the node's is long.

    Raises:
        NodeError: It is such an error.
    """
    while len(begun) < MAX_PERSONAL_BYTES:
        chunk = await anext(chunks, b"")
        if not chunk:
            break
        begun += chunk
    try:
        _require_success(stream, config, call, begun.strip(_BLANKS), token=token, version=version)
    except NodeGarbled:
        # A file after all.
        return begun
    return begun


async def _after(begun: Iterable[bytes], chunks: AsyncGenerator[bytes]) -> AsyncGenerator[bytes]:
    async with aclosing(chunks):
        for chunk in filter(None, begun):
            yield chunk
        async for chunk in chunks:
            yield chunk


def _filename(disposition: str, call: Call) -> str:
    """The node's name for the file where it gives one, of harmless characters alone."""
    found = _FILENAME.search(disposition)
    name = found[1] if found else call.path.replace("/", "-")
    safe = _UNSAFE.sub("_", name.replace("\\", "/").rpartition("/")[2]).strip(". ")
    return safe[-_MAX_NAME_CHARACTERS:] or "download"
