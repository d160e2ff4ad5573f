"""Time-based one-time passwords: SHA-1, six digits, steps of 30 seconds (RFC 6238)."""

import base64
import hashlib
import hmac

STEP_S = 30
TOLERANCE_STEPS = 10
SECRET_BYTES = 10


def code(secret: str, at: float) -> str:
    """The code that an authenticator with the base32 `secret` shows at epoch second `at`."""
    return _code(base64.b32decode(secret), int(at) // STEP_S)


def accepts(secret: str, attempt: str, at: float) -> bool:
    """Whether `attempt` is a code of the steps around `at`; a code used before is good again."""
    key, step = base64.b32decode(secret), int(at) // STEP_S
    around = range(step - TOLERANCE_STEPS, step + TOLERANCE_STEPS + 1)
    return any(hmac.compare_digest(_code(key, one), attempt) for one in around)


def new_secret(randomness: bytes) -> str:
    """Sixteen base32 characters from ten random bytes."""
    return base64.b32encode(randomness[:SECRET_BYTES]).decode()


def _code(key: bytes, step: int) -> str:
    digest = hmac.new(key, step.to_bytes(8, "big"), hashlib.sha1).digest()
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"
