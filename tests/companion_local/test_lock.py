"""One launcher for one data folder."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from companion_local import lock

ADDRESS = "https://localhost:3443"


def test_a_second_holder_learns_who_is_first(tmp_path: Path) -> None:
    held = lock.hold(tmp_path / "lock", address=ADDRESS)

    with pytest.raises(lock.AlreadyRunning) as running:
        lock.hold(tmp_path / "lock", address="https://localhost:1")

    assert running.value.holder == lock.Holder(pid=os.getpid(), address=ADDRESS)
    os.close(held)


def test_a_released_lock_can_be_taken_again(tmp_path: Path) -> None:
    os.close(lock.hold(tmp_path / "lock", address=ADDRESS))

    os.close(lock.hold(tmp_path / "lock", address=ADDRESS))


def test_a_killed_holder_leaves_nothing_to_clean_up(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    code = (
        "import os, signal; from pathlib import Path; from companion_local import lock; "
        f"lock.hold(Path({str(path)!r}), address=''); os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", code], check=False)  # noqa: S603 - our own code

    os.close(lock.hold(path, address=ADDRESS))


def test_a_holder_that_wrote_nothing_readable_is_unknown(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    held = lock.hold(path, address=ADDRESS)
    path.write_text("{")

    with pytest.raises(lock.AlreadyRunning) as running:
        lock.hold(path, address=ADDRESS)

    assert running.value.holder == lock.Holder()
    os.close(held)


async def test_waiting_for_a_folder_ends_with_a_sentence(tmp_path: Path) -> None:
    held = lock.hold(tmp_path / "lock", address=ADDRESS)

    with pytest.raises(lock.FolderBusy, match="in use by another process"):
        await lock.wait_for(tmp_path / "lock", patience_s=0.1)

    os.close(held)
