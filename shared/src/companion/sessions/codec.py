"""Sessions and doomed tokens as sealed bytes, and back.

A blob is sealed for one name (a session's Redis key, or a name made for an outbox entry), so it
opens nowhere else. The fields of the dataclasses are the fields on the wire: whoever changes one
so that older readers would misread it raises the version.
"""

from collections.abc import Sequence
from typing import Any, Final, TypeVar

import msgspec

from companion.secret import Secret
from companion.sessions.record import DoomedToken, SessionRecord, tokens_of
from companion.sessions.seal import KeyRing
from companion.wire import WireError, pack, unpack

_SESSION: Final = "session"
_TOKENS: Final = "tokens"
_VERSION: Final = 1

_Form = TypeVar("_Form")


def seal_session(record: SessionRecord, *, name: str, keyring: KeyRing) -> bytes:
    """The blob of a session, for the Redis key `name`."""
    body = msgspec.to_builtins(record, enc_hook=_secret_out)
    return keyring.seal(pack(_SESSION, _VERSION, body), associated=name.encode())


def open_session(blob: bytes, *, name: str, keyring: KeyRing) -> SessionRecord:
    """The session of a blob that was sealed for the Redis key `name`.

    Raises:
        UnknownKey: The key that sealed it is not on the ring.
        SealBroken: It was not sealed by us, or for another name.
        WireError: It is no session, or of a version that is not readable here.
    """
    plain = keyring.open(blob, associated=name.encode())
    return _session(plain)


def seal_tokens(tokens: Sequence[DoomedToken], *, name: str, keyring: KeyRing) -> bytes:
    """The blob of tokens that lie in the outbox without a session."""
    body = {"tokens": msgspec.to_builtins(list(tokens), enc_hook=_secret_out)}
    return keyring.seal(pack(_TOKENS, _VERSION, body), associated=name.encode())


def open_doomed(blob: bytes, *, name: str, keyring: KeyRing) -> tuple[DoomedToken, ...]:
    """The tokens of an outbox blob, be it a whole session or tokens alone.

    Raises:
        UnknownKey: The key that sealed it is not on the ring.
        SealBroken: It was not sealed by us, or for another name.
        WireError: It is neither of the two, or of a version that is not readable here.
    """
    plain = keyring.open(blob, associated=name.encode())
    try:
        _, body = unpack(plain, kind=_TOKENS, versions={_VERSION})
    except WireError:
        return tokens_of(_session(plain))
    return _converted(body.get("tokens"), tuple[DoomedToken, ...])


def _session(plain: bytes) -> SessionRecord:
    _, body = unpack(plain, kind=_SESSION, versions={_VERSION})
    return _converted(body, SessionRecord)


def _converted(value: object, form: type[_Form]) -> _Form:
    try:
        return msgspec.convert(value, form, dec_hook=_secret_in)
    except msgspec.ValidationError as exc:
        raise WireError("The body of a sealed envelope lacks a part.") from exc


def _secret_out(value: object) -> str:
    if not isinstance(value, Secret):
        raise TypeError(f"{type(value).__name__} has no form on the wire.")
    return value.reveal()


def _secret_in(form: type[Any], value: object) -> Secret:
    if form is not Secret or not isinstance(value, str):
        raise TypeError(f"This is no {form.__name__}.")
    return Secret(value)
