"""The secrets that are ours: made once with the system's randomness, kept readable for us alone.

They stay files: a service gets `NAME_FILE`, so no value stands in an environment or command line.
"""

import base64
import secrets
from collections.abc import Callable
from pathlib import Path

from companion_local import private

KEY_BYTES = 32


def _session_key() -> str:
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def _text() -> str:
    return secrets.token_urlsafe(KEY_BYTES)


MAKERS: dict[str, Callable[[], str]] = {
    "SESSION_KEYS": _session_key,
    "SESSION_PEPPER": _text,
    "INTERNAL_SECRET": _text,
}


def keep(folder: Path) -> dict[str, Path]:
    """Name each secret's file, making what is missing; what exists is never changed.

    Raises:
        NotPrivate: Somebody else could read or have put in place what exists.
    """
    private.keep_folder(folder)
    files = {name: folder / name.lower() for name in MAKERS}
    for name, path in files.items():
        if not private.is_kept(path):
            private.write(path, MAKERS[name]().encode() + b"\n")
    return files
