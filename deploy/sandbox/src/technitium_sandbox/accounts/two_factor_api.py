"""`/api/user/2fa/…`: a person switches the one-time code on and off for himself."""

import base64
import struct
import zlib

from technitium_sandbox.accounts import totp
from technitium_sandbox.accounts.sign_in import wrong_code
from technitium_sandbox.calls.errors import ApiError
from technitium_sandbox.calls.routing import Call, Outcome


def init(call: Call) -> Outcome:
    call.require_standard()
    user = call.user
    if user.totp_enabled:
        return {"totpEnabled": True}
    user.totp_secret = totp.new_secret(call.node.randomness(totp.SECRET_BYTES))
    return {
        "totpEnabled": False,
        "qrCodePngImage": base64.b64encode(_blank_png()).decode(),
        "secret": user.totp_secret,
    }


def enable(call: Call) -> Outcome:
    call.require_standard()
    user, attempt = call.user, call.parameters.required("totp")
    if user.totp_enabled:
        raise ApiError(f"{_SUBJECT} is already enabled for user: {user.username}")
    if user.totp_secret is None:
        raise ApiError(f"{_SUBJECT} was not initialized for user: {user.username}")
    if not totp.accepts(user.totp_secret, attempt, call.node.clock.now()):
        raise ApiError(wrong_code(user.username))
    user.totp_enabled = True
    call.node.users_changed()
    return {}


def disable(call: Call) -> Outcome:
    call.require_standard()
    switch_off(call)
    return {}


def switch_off(call: Call, username: str | None = None) -> None:
    """For the caller, or for `username` when an administrator asks."""
    user = call.user if username is None else call.node.directory.user(username)
    if not user.totp_enabled:
        raise ApiError(f"{_SUBJECT} is already disabled for user: {user.username}")
    user.totp_enabled, user.totp_secret = False, None
    call.node.users_changed()


_SUBJECT = "Time-based one-time password (TOTP)"


def _blank_png() -> bytes:
    """One white pixel in place of the code's picture: the secret beside it says the same."""
    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    pixel = zlib.compress(b"\x00\xff")
    chunks = _chunk(b"IHDR", header) + _chunk(b"IDAT", pixel) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)
