"""Child processes of the tests end with the test run, even where that is killed."""

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

PARENT = """
import os, subprocess, sys
from tests.support.process import bound_to_parent
waiting = "import sys; print('ready', flush=True); sys.stdin.read()"
command = bound_to_parent([sys.executable, "-c", waiting], parent=os.getpid())
child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
child.stdout.readline()
print(child.pid, flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
def test_a_child_ends_when_its_parent_is_killed() -> None:
    root = Path(__file__).parents[2]
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", PARENT], cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        child = os.pidfd_open(int(parent.stdout.readline()))
        parent.send_signal(signal.SIGKILL)
        parent.wait()

        try:
            assert ended(child, timeout_s=10)
        finally:
            os.close(child)


def ended(pidfd: int, *, timeout_s: float) -> bool:
    """Whether the process of a pidfd ends in time: it is readable from then on."""
    poll = select.poll()
    poll.register(pidfd, select.POLLIN)
    return bool(poll.poll(timeout_s * 1000))
