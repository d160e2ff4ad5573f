"""The supervisor with stand-in processes: order, restarts, refusals, and that nothing is left."""

import asyncio
import fcntl
import os
import signal
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from companion_local.child import ProcessPlan
from companion_local.supervisor import StartFailed, Supervisor, describe

from tests.companion_local.support import HeardConsole, script, stand_in, until
from tests.support.stack import is_alive


@dataclass
class Run:
    """One run of a supervisor and what it told."""

    console: HeardConsole
    stop: asyncio.Event
    ready: asyncio.Event
    alive: dict[str, int] = field(default_factory=dict)
    supervisor: Supervisor | None = None

    async def until_ready_again(self, times: int) -> None:
        await until(lambda: self.console.text.count("ready again") == times)

    def changed(self, alive: Mapping[str, int]) -> None:
        self.alive = dict(alive)


@asynccontextmanager
async def running(plans: Sequence[ProcessPlan], folder: Path) -> AsyncGenerator[Run]:
    """Everything of `plans` is ready inside the block and gone after it."""
    run = Run(console=HeardConsole(), stop=asyncio.Event(), ready=asyncio.Event())
    run.supervisor = Supervisor(plans, logs=folder, console=run.console, changed=run.changed)
    task = asyncio.create_task(run.supervisor.run(stop=run.stop, on_ready=run.ready.set))
    await until(lambda: run.ready.is_set() or task.done())
    try:
        yield run
    finally:
        run.stop.set()
        await task


async def test_processes_start_when_what_they_need_is_ready(tmp_path: Path) -> None:
    diary = tmp_path / "diary"
    plans = [stand_in("store", diary), stand_in("door", diary, after=("store",))]

    async with running(plans, tmp_path) as run:
        assert [line.split()[0] for line in diary.read_text().splitlines()] == ["store", "door"]
        store_ready = next(i for i, line in enumerate(run.console.lines) if "store" in line)
        door_ready = next(i for i, line in enumerate(run.console.lines) if "door" in line)
        assert store_ready < door_ready


async def test_processes_end_in_the_reverse_order(tmp_path: Path) -> None:
    diary = tmp_path / "diary"
    plans = [stand_in(name, diary) for name in ("first", "second", "third")]

    async with running(plans, tmp_path):
        pass

    ends = [line.split()[0] for line in diary.read_text().splitlines() if "ended" in line]
    assert ends == ["third", "second", "first"]


async def test_nothing_runs_after_the_end(tmp_path: Path) -> None:
    plans = [stand_in(name, tmp_path / "diary") for name in ("first", "second")]

    async with running(plans, tmp_path) as run:
        pids = list(run.alive.values())
        assert all(is_alive(pid) for pid in pids)

    assert not any(is_alive(pid) for pid in pids)
    assert run.alive == {}


async def test_a_process_that_does_not_hear_is_killed_in_time(tmp_path: Path) -> None:
    plans = [stand_in("deaf", tmp_path / "diary", deaf=True, stop_s=0.2)]

    async with asyncio.timeout(15), running(plans, tmp_path) as run:
        pid = run.alive["deaf"]

    assert not is_alive(pid)


async def test_asked_twice_everything_is_killed_at_once(tmp_path: Path) -> None:
    diary = tmp_path / "diary"
    plans = [stand_in("deaf", diary, deaf=True, stop_s=600), stand_in("polite", diary)]

    async with asyncio.timeout(15), running(plans, tmp_path) as run:
        assert run.supervisor is not None
        run.stop.set()
        await until(lambda: "polite        | ended" in run.console.lines)
        run.supervisor.kill()


async def test_a_killed_process_is_shown_and_started_again(tmp_path: Path) -> None:
    async with running([stand_in("door", tmp_path / "diary")], tmp_path) as run:
        before = run.alive["door"]
        os.kill(before, signal.SIGKILL)
        await run.until_ready_again(1)

        assert run.alive["door"] != before
        assert "door          | ended (killed by SIGKILL); starting it again" in run.console.text


async def test_a_process_that_keeps_failing_is_started_later_each_time(tmp_path: Path) -> None:
    async with running([stand_in("door", tmp_path / "diary")], tmp_path) as run:
        for times in (1, 2):
            os.kill(run.alive["door"], signal.SIGKILL)
            await run.until_ready_again(times)

    delays = [line.rpartition(" in ")[2] for line in run.console.lines if "again in" in line]
    assert delays == ["0.2 s", "0.4 s"]


async def test_refused_settings_end_the_run_with_the_words_of_the_process(tmp_path: Path) -> None:
    refusing = script("door", "import sys; print('PORT must be a whole number.'); sys.exit(2)")
    other = stand_in("store", tmp_path / "diary")

    with pytest.raises(StartFailed) as failed:
        async with running([other, refusing], tmp_path):
            pass

    assert failed.value.name == "door"
    assert failed.value.reason == "refused to start"
    assert failed.value.lines == ["PORT must be a whole number."]


async def test_a_process_that_never_becomes_ready_is_given_up(tmp_path: Path) -> None:
    with pytest.raises(StartFailed) as failed:
        async with running([script("door", "raise SystemExit('no luck')")], tmp_path):
            pass

    assert failed.value.reason == "ended 3 times, last exit code 1"
    assert failed.value.lines == ["no luck"]


async def test_a_program_that_does_not_exist_is_one_readable_failure(tmp_path: Path) -> None:
    plan = script("door", "")
    missing = ProcessPlan(
        name="door", command=("/no/such/program",), env=plan.env, probe=plan.probe
    )

    with pytest.raises(StartFailed) as failed:
        async with running([missing], tmp_path):
            pass

    assert "No such file" in "\n".join(failed.value.lines)


async def test_output_is_kept_and_loud_lines_are_shown(tmp_path: Path) -> None:
    noisy = script(
        "door",
        'print(\'{"level":"info","event":"quiet"}\')\n'
        'print(\'{"level":"warning","event":"node is down","node":"ns2"}\')\n'
        "raise SystemExit(1)",
    )

    with pytest.raises(StartFailed):
        async with running([noisy], tmp_path) as run:
            pass

    log = (tmp_path / "door.log").read_text()
    assert "quiet" in log
    assert "node is down" in log
    assert "door          | warning: node is down node=ns2" in run.console.lines
    assert "quiet" not in run.console.text


async def test_the_lock_is_held_by_the_process_as_long_as_it_lives(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    plan = stand_in("store", tmp_path / "diary", lock=path)

    async with running([plan], tmp_path):
        assert _is_held(path)

    assert not _is_held(path)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (0, "exit code 0"),
        (3, "exit code 3"),
        (-9, "killed by SIGKILL"),
        (-99, "killed by signal 99"),
    ],
)
def test_exit_codes_are_told_in_words(code: int, words: str) -> None:
    assert describe(code) == words


def _is_held(path: Path) -> bool:
    with path.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
