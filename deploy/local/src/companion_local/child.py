"""One process of the stack: what it is, and one life of it."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from companion_local.logfile import LogFile
from companion_local.readiness import Probe

LEASH = Path(__file__).with_name("leash.py")
CHUNK_BYTES = 65_536
OUTPUT_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessPlan:
    """What the launcher starts and keeps alive under one name.

    `after` names the processes that must be ready first. `lock` is a file whose lock the process
    takes over for its whole life. `stop_s` bounds how long an orderly end may take.
    """

    name: str
    command: tuple[str, ...]
    env: Mapping[str, str] = field(repr=False)
    probe: Probe
    after: tuple[str, ...] = ()
    lock: Path | None = None
    stop_s: float = 10.0


class Child:
    """One life of a process, from its start to its end; its output goes to `log`."""

    def __init__(self, process: Process, log: LogFile) -> None:
        self._process = process
        self._output = asyncio.create_task(self._pump(log))

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        return self._process.returncode is None

    async def ended(self) -> int:
        """The exit code once it has ended and its last line is written; minus a signal's number."""
        code = await self._process.wait()
        # A server may leave a helper behind that writes to the same output, and holds its lock.
        self.signal(signal.SIGKILL)
        await asyncio.wait([self._output], timeout=OUTPUT_S)
        self._output.cancel()
        return code

    async def stop(self, *, within_s: float) -> None:
        """Ask it to end, and kill it when it has not within this time."""
        self.signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(within_s):
                await self._process.wait()
        except TimeoutError:
            self.signal(signal.SIGKILL)
        await self.ended()

    def signal(self, number: signal.Signals) -> None:
        """Reach the process and whatever it has started in its group."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, number)

    async def _pump(self, log: LogFile) -> None:
        stream = self._process.stdout
        while stream is not None and (chunk := await stream.read(CHUNK_BYTES)):
            log.feed(chunk)


async def start(plan: ProcessPlan, log: LogFile, *, inherit: tuple[int, ...] = ()) -> Child:
    """Start a process in a session of its own: Ctrl-C reaches the launcher alone."""
    log.begin()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-S", str(LEASH), str(os.getpid()), *plan.command),
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=STDOUT,
        env=plan.env,
        start_new_session=True,
        pass_fds=inherit,
    )
    return Child(process, log)
