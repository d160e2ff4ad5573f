"""Starts the processes in order, keeps each alive, and ends them in the reverse order.

A process that ends is started again, the second time later than the first. One that refuses its
settings, or never becomes ready, ends the whole run with its own words.
"""

import asyncio
import os
import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from companion.env.refusal import EXIT_SETTINGS

from companion_local import lock
from companion_local.child import Child, ProcessPlan, start
from companion_local.console import Console
from companion_local.logfile import LogFile

POLL_S = 0.05
PATIENCE_S = 10.0
LOCK_S = 15.0
FIRST_DELAY_S = 0.2
LONGEST_DELAY_S = 30.0
# A life this long was a good one: the next fault is a new one, not the same again.
GOOD_LIFE_S = 30.0
LIVES_TO_BECOME_READY = 3


class StartFailed(Exception):  # noqa: N818 - a fact for the console, with the words of the child
    """A process cannot be brought up at all; `lines` are the last it said.

    `by_settings`: it ended as one does whose settings are refused.
    """

    def __init__(
        self, name: str, reason: str, lines: Sequence[str], *, by_settings: bool = False
    ) -> None:
        super().__init__(f"{name} {reason}")
        self.by_settings = by_settings
        self.name = name
        self.reason = reason
        self.lines = list(lines)


class Supervisor:
    """The processes of one run.

    Args:
        plans: In the order of their start.
        logs: The folder with a log file for each.
        console: Where comings, goings and loud log lines are shown.
        changed: Called with the name and process id of each that lives, at every change.
    """

    def __init__(
        self,
        plans: Sequence[ProcessPlan],
        *,
        logs: Path,
        console: Console,
        changed: Callable[[Mapping[str, int]], None],
    ) -> None:
        self._plans = plans
        self._console = console
        self._changed = changed
        self._children: dict[str, Child] = {}
        self._ready = {plan.name: asyncio.Event() for plan in plans}
        self._waiting_for: dict[str, str] = {}
        self._logs = {plan.name: self._log(logs, plan.name) for plan in plans}

    async def run(self, *, stop: asyncio.Event, on_ready: Callable[[], None]) -> None:
        """Bring everything up and keep it so until `stop`; afterwards nothing runs any more.

        Raises:
            StartFailed: A process cannot be brought up; all others were ended.
        """
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(self._keep(plan)) for plan in self._plans]
                tasks.append(group.create_task(self._announce(on_ready)))
                await stop.wait()
                for task in tasks:
                    task.cancel()
        except ExceptionGroup as failures:
            # Several may fail for one reason; the first said it first.
            raise failures.exceptions[0] from None
        finally:
            await self._stop_all()

    def kill(self) -> None:
        """End everything at once, with nobody asked."""
        for child in self._children.values():
            child.signal(signal.SIGKILL)

    async def _keep(self, plan: ProcessPlan) -> None:
        for name in plan.after:
            await self._ready[name].wait()
        delay_s = FIRST_DELAY_S
        lives = 0
        while True:
            began = _now()
            lives += 1
            code = await self._live(plan)
            if not self._ready[plan.name].is_set():
                self._give_up_if_hopeless(plan, code, lives)
            if _now() - began >= GOOD_LIFE_S:
                delay_s = FIRST_DELAY_S
            self._console.of(
                plan.name, f"ended ({describe(code)}); starting it again in {delay_s:g} s"
            )
            await asyncio.sleep(delay_s)
            delay_s = min(2 * delay_s, LONGEST_DELAY_S)

    def _give_up_if_hopeless(self, plan: ProcessPlan, code: int, lives: int) -> None:
        tail = self._logs[plan.name].tail()
        if code == EXIT_SETTINGS:
            raise StartFailed(plan.name, "refused to start", tail, by_settings=True)
        if lives >= LIVES_TO_BECOME_READY:
            raise StartFailed(plan.name, f"ended {lives} times, last {describe(code)}", tail)

    async def _live(self, plan: ProcessPlan) -> int:
        """One life: start, become ready, end. Answers the exit code."""
        child = await self._start(plan)
        ready = asyncio.create_task(self._until_ready(plan))
        try:
            return await child.ended()
        finally:
            ready.cancel()
            if not child.is_alive:
                del self._children[plan.name]
                self._tell_changed()

    async def _start(self, plan: ProcessPlan) -> Child:
        inherit: tuple[int, ...] = ()
        try:
            if plan.lock is not None:
                inherit = (await lock.wait_for(plan.lock, patience_s=LOCK_S),)
            child = await start(plan, self._logs[plan.name], inherit=inherit)
        except (OSError, lock.FolderBusy) as exc:
            raise StartFailed(plan.name, "cannot be started", [str(exc)]) from exc
        finally:
            # From here on the process itself holds its lock, as long as it lives.
            for descriptor in inherit:
                os.close(descriptor)
        self._children[plan.name] = child
        self._tell_changed()
        return child

    async def _until_ready(self, plan: ProcessPlan) -> None:
        began = _now()
        while (reason := await plan.probe.ask()) is not None:
            self._waiting_for[plan.name] = reason
            await asyncio.sleep(POLL_S)
        self._waiting_for.pop(plan.name, None)
        again = self._ready[plan.name].is_set()
        self._ready[plan.name].set()
        self._console.of(
            plan.name, f"{'ready again' if again else 'ready'} after {_now() - began:.1f} s"
        )

    async def _announce(self, on_ready: Callable[[], None]) -> None:
        for plan in self._plans:
            while not self._ready[plan.name].is_set():
                with suppress(TimeoutError):
                    async with asyncio.timeout(PATIENCE_S):
                        await self._ready[plan.name].wait()
                        break
                reason = self._waiting_for.get(plan.name, "not started yet")
                self._console.of(plan.name, f"still not ready: {reason}")
        on_ready()

    async def _stop_all(self) -> None:
        for plan in reversed(self._plans):
            child = self._children.get(plan.name)
            if child is not None:
                await child.stop(within_s=plan.stop_s)
                del self._children[plan.name]
                self._console.of(plan.name, "ended")
                self._tell_changed()
        for log in self._logs.values():
            log.close()

    def _log(self, folder: Path, name: str) -> LogFile:
        return LogFile(folder / f"{name}.log", loud=lambda text: self._console.of(name, text))

    def _tell_changed(self) -> None:
        self._changed({name: child.pid for name, child in self._children.items()})


def describe(code: int) -> str:
    """An exit code in words; a negative one is the signal that ended the process."""
    if code >= 0:
        return f"exit code {code}"
    with suppress(ValueError):
        return f"killed by {signal.Signals(-code).name}"
    return f"killed by signal {-code}"


def _now() -> float:
    return asyncio.get_running_loop().time()
