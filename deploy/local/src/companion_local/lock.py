"""One launcher for one data folder, and one server for one folder of Redis.

Locks are `flock`s: the kernel releases them with the last process that holds them, so a killed
launcher leaves nothing to clean up.
"""

import asyncio
import fcntl
import json
import os
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who has a lock, as it wrote of itself; unknown parts are None."""

    pid: int | None = None
    address: str | None = None


class AlreadyRunning(Exception):  # noqa: N818 - it is a fact about the other one, not an error
    """Another launcher works in this data folder."""

    def __init__(self, holder: Holder) -> None:
        super().__init__("Another launcher works in this data folder.")
        self.holder = holder


class FolderBusy(Exception):  # noqa: N818 - the same
    """Another process uses the folder and did not let go in time."""


def hold(path: Path, *, address: str) -> int:
    """Take the launcher's lock for as long as the answered descriptor stays open.

    Raises:
        AlreadyRunning: Another process holds it; nothing was changed.
    """
    descriptor = _open(path)
    if not _try(descriptor):
        holder = _holder(descriptor)
        os.close(descriptor)
        raise AlreadyRunning(holder)
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, json.dumps({"pid": os.getpid(), "address": address}).encode(), 0)
    return descriptor


async def wait_for(path: Path, *, patience_s: float) -> int:
    """Take a lock that is meant to be inherited by the process that uses the folder.

    Raises:
        FolderBusy: Somebody still held it after `patience_s`.
    """
    descriptor = _open(path)
    end = time.monotonic() + patience_s
    while not _try(descriptor):
        if time.monotonic() > end:
            os.close(descriptor)
            raise FolderBusy(
                f"The folder {path.parent} is in use by another process. End it, or set DATA_DIR "
                "to another folder."
            )
        await asyncio.sleep(0.05)
    return descriptor


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _try(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(descriptor: int) -> Holder:
    with suppress(ValueError, TypeError):
        found = json.loads(os.pread(descriptor, 4096, 0))
        return Holder(pid=int(found["pid"]), address=str(found["address"]))
    return Holder()
