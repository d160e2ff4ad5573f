"""No child outlives a launcher that was killed."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from companion_local import leash
from companion_local.journal import Warden
from companion_local.warden import survivors

from tests.companion_local.support import until
from tests.support.stack import is_alive

SLEEPER = [sys.executable, "-I", "-S", "-c", "import time; time.sleep(600)"]


async def test_a_leashed_child_dies_with_its_launcher(tmp_path: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("elsewhere the warden does this")
    note = tmp_path / "pid"
    launcher = _launcher(f"""
        import asyncio, os
        from pathlib import Path
        from companion_local import child, logfile, readiness
        plan = child.ProcessPlan(
            name="sleeper", command={SLEEPER!r}, env=dict(os.environ),
            probe=readiness.HttpProbe(host="127.0.0.1", port=1),
        )
        async def main():
            log = logfile.LogFile(Path({str(tmp_path / "log")!r}), loud=print)
            living = await child.start(plan, log)
            Path({str(note)!r}).write_text(f"{{living.pid}} ")
            await asyncio.sleep(600)
        asyncio.run(main())
    """)
    await until(lambda: note.exists() and note.read_text().endswith(" "))
    pid = int(note.read_text())
    assert is_alive(pid)

    launcher.kill()
    launcher.wait()

    await until(lambda: not is_alive(pid))


def test_a_child_whose_launcher_is_already_gone_does_not_begin(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    code = f"open({str(trace)!r}, 'w')"
    nobody = os.getppid()

    ended = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, leash.__file__, str(nobody), sys.executable, "-c", code], check=False
    )

    assert ended.returncode == 1
    assert not trace.exists()


async def test_the_warden_ends_who_is_watched_when_the_launcher_was_killed(tmp_path: Path) -> None:
    note = tmp_path / "pids"
    launcher = _launcher(f"""
        import subprocess, time
        from pathlib import Path
        from companion_local.journal import Warden
        warden = Warden()
        watched, gone, free = (
            subprocess.Popen({SLEEPER!r}, start_new_session=True).pid for _ in range(3)
        )
        warden.watch({{watched, gone}})
        warden.watch({{watched}})
        Path({str(note)!r}).write_text(f"{{watched}} {{gone}} {{free}} ")
        time.sleep(600)
    """)
    await until(lambda: note.exists() and note.read_text().endswith(" "))
    watched, gone, free = map(int, note.read_text().split())

    launcher.kill()
    launcher.wait()

    await until(lambda: not is_alive(watched))
    assert is_alive(gone)
    assert is_alive(free)
    for pid in (gone, free):
        os.kill(pid, signal.SIGKILL)


def test_a_dismissed_warden_is_gone() -> None:
    warden = Warden()

    warden.dismiss()

    assert warden.is_gone


def test_who_came_and_did_not_go_survives() -> None:
    assert survivors(["+1\n", "+2\n", "-1\n", "+3\n", "+1\n"]) == [2, 3, 1]


def _launcher(code: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)])  # noqa: S603 - ours
