"""One real process beside the tests: its environment, its words in a file, its end."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.support.process import bound_to_parent

STOP_S = 30.0


class Program:
    """A command with an environment of its own; nothing of the test run's reaches it.

    What it writes is added to one file, over all its lives.
    """

    def __init__(self, command: Sequence[str], *, env: Mapping[str, str], log: Path) -> None:
        self.env = dict(env)
        self.log = log
        self.command = [*command]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = bound_to_parent(self.command, parent=os.getpid())
        with self.log.open("ab") as file:
            self._process = subprocess.Popen(  # noqa: S603 - a program of ours or of the wheel's
                command, env=self.env, stdout=file, stderr=subprocess.STDOUT
            )

    @property
    def pid(self) -> int:
        return self._started.pid

    @property
    def is_alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def output(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def kill(self) -> None:
        """End it as kill -9 does."""
        self._started.kill()
        self._started.wait()

    def signal(self, number: signal.Signals) -> None:
        self._started.send_signal(number)

    def ask_to_stop(self) -> None:
        """Send SIGTERM to a process that may have ended by itself."""
        if self.is_alive:
            self._started.terminate()

    def wait(self, *, within_s: float = STOP_S) -> int:
        """The exit code; a process that does not end in time is killed, and the test fails."""
        try:
            return self._started.wait(timeout=within_s)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    @property
    def _started(self) -> "subprocess.Popen[bytes]":
        if self._process is None:
            raise RuntimeError(f"{self.command[0]} was not started.")
        return self._process
