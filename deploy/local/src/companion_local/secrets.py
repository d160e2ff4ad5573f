"""The secrets that are ours: made once with the system's randomness, kept readable for us alone.

They stay files: a service gets `NAME_FILE`, so no value stands in an environment or command line.
"""

import base64
import os
import secrets
from collections.abc import Callable
from pathlib import Path

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
    """Name each secret's file, making what is missing; what exists is never changed."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    files = {name: folder / name.lower() for name in MAKERS}
    for name, path in files.items():
        if path.exists():
            path.chmod(0o600)
        else:
            write_private(path, MAKERS[name]().encode() + b"\n")
    return files


def write_private(path: Path, content: bytes) -> None:
    """Put a whole file with mode 0600 in place at once; after a crash there is the old or none."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
