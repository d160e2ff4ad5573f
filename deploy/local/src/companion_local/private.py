"""What on disk is ours alone: folders that nobody else writes to, files that nobody else reads.

Whoever could write to the data folder could put keys of their choice in place before we start.
"""

import os
import stat
from pathlib import Path


class NotPrivate(Exception):  # noqa: N818 - a sentence for the console
    """A folder or file is not ours alone; the message says how to mend it."""


def keep_folder(path: Path, *, owner: int | None = None) -> None:
    """Make a folder for us alone, or see that the one that is there is safe to use.

    One that others may read is: the files in it have modes of their own.

    Args:
        path: The folder; a link to one is as good if both are ours.
        owner: The user id that must have it; ours by default.

    Raises:
        NotPrivate: It is no folder, somebody else's, or others can write to it.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        link, folder = path.lstat(), path.stat()
    except OSError as exc:
        raise NotPrivate(f"{path} cannot be used as a folder: {exc.strerror or exc}.") from None
    if {link.st_uid, folder.st_uid} != {_ours(owner)}:
        raise NotPrivate(f"{path} belongs to another user. Set DATA_DIR to a folder of your own.")
    if folder.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise NotPrivate(
            f"Others can write to {path}. Run: chmod 700 {path} - or set DATA_DIR to a folder of "
            "your own."
        )


def is_kept(path: Path, *, owner: int | None = None) -> bool:
    """Say whether a secret file is there.

    Raises:
        NotPrivate: Something is there that is not a file of ours alone.
    """
    try:
        found = path.lstat()
    except FileNotFoundError:
        return False
    if not stat.S_ISREG(found.st_mode):
        raise NotPrivate(f"{path} is a link or no file at all. Put the file itself there.")
    if found.st_uid != _ours(owner):
        raise NotPrivate(f"{path} belongs to another user. Remove it; a new one is made.")
    if found.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise NotPrivate(
            f"Others can read {path}. Run: chmod 600 {path} - or, if somebody may have read it, "
            "remove it; a new one is made."
        )
    return True


def write(path: Path, content: bytes) -> None:
    """Put a whole file with mode 0600 in place at once; after a crash there is the old or none."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _ours(owner: int | None) -> int:
    return os.geteuid() if owner is None else owner
