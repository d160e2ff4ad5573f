"""One run from the settings to the last process's end.

What cannot work is said before anything starts; from then on the supervisor is in charge.
"""

import asyncio
import os
import signal
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from companion.env import Env
from companion.env.refusal import EXIT_SETTINGS

from companion_local import certificate, lock, private, redis_server, secrets, words
from companion_local.child import ProcessPlan
from companion_local.console import Console
from companion_local.front import Front
from companion_local.journal import Journal, Warden
from companion_local.plan import METRICS, RedisPlan, SandboxPlan, Stack, processes
from companion_local.ports import LOOPBACK, NoFreePort, Ports, addresses, is_free
from companion_local.refusals import refusals
from companion_local.settings import SANDBOX_NODES, LauncherSettings, read
from companion_local.supervisor import StartFailed, Supervisor

EXIT_FAILED = 1
PROBLEM = "Cannot start: "
FOLDERS = ("certificates", "log", "redis", "run", "sandbox", "secrets")


class CannotRun(Exception):  # noqa: N818 - a sentence for the console
    """This run cannot begin; nothing was started."""


def run(variables: Mapping[str, str], console: Console) -> int:
    """Run the stack until it is told to stop; answers the exit code.

    Raises:
        SettingsRefused: Settings are wrong; nothing was started.
    """
    began = time.monotonic()
    env = Env(variables)
    settings = read(env)
    # Whatever is wrong with them; which ports are free is not asked yet.
    addresses(env, Ports(lambda _: True))
    if env.problems:
        env.problems += _also_refused(settings, variables, known=env.problems)
        env.finish()
    address = settings.front.address
    try:
        private.keep_folder(settings.data_dir)
        held = lock.hold(settings.data_dir / "lock", address=address)
    except private.NotPrivate as exc:
        console.say(f"Cannot start: {exc}")
        return EXIT_FAILED
    except lock.AlreadyRunning as running:
        console.say(_already(running.holder, settings.data_dir))
        return EXIT_FAILED
    try:
        _say_beforehand(env, settings, console)
        return _run(settings, variables, _Run(console=console, address=address, began=began))
    except (CannotRun, NoFreePort, private.NotPrivate, redis_server.RedisRefused) as exc:
        console.say(f"Cannot start: {exc}")
        return EXIT_FAILED
    finally:
        os.close(held)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    console: Console
    address: str
    began: float


def _say_beforehand(env: Env, settings: LauncherSettings, console: Console) -> None:
    if settings.mode.reason is not None:
        console.say(settings.mode.reason)
    for warning in env.warnings:
        console.say(f"Note: {warning}")


def _also_refused(
    settings: LauncherSettings, variables: Mapping[str, str], *, known: Sequence[str]
) -> list[str]:
    """What the services have against their settings beside the launcher, in a folder of no avail.

    Whoever mends settings wants to hear of all of them at once.
    """
    try:
        with tempfile.TemporaryDirectory() as folder:
            there = replace(settings, data_dir=Path(folder) / "data")
            private.keep_folder(there.data_dir)
            plans = processes(_stack(there, variables, Console()))
            said = asyncio.run(refusals([plan for plan in plans if plan.name in METRICS]))
    except (NoFreePort, private.NotPrivate, redis_server.RedisRefused):
        return []
    problems = [line.removeprefix(PROBLEM) for line in said if line.startswith(PROBLEM)]
    return [problem for problem in problems if problem not in known]


def _run(settings: LauncherSettings, variables: Mapping[str, str], this: _Run) -> int:
    for name, listen in (("HTTPS_PORT", settings.front.https), ("PORT", settings.front.plain)):
        if listen is not None and not is_free(listen.port, host=listen.host):
            raise CannotRun(
                f"Port {listen.port} is in use by another program. Choose another one, such as: "
                f"make run {name}={listen.port + 1}"
            )
    stack = _stack(settings, variables, this.console)
    plans = processes(stack)
    this.console.say(f"Starting {', '.join(plan.name for plan in plans)} …")
    journal = Journal(
        settings.data_dir / "run" / "processes.json",
        facts={
            "address": this.address,
            "sandboxControl": stack.sandbox.control_url if stack.sandbox else None,
            "redisSocket": str(stack.redis.socket) if stack.redis else None,
        },
        warden=Warden.where_needed(),
    )
    supervisor = Supervisor(
        plans,
        logs=settings.data_dir / "log",
        console=this.console,
        changed=journal.changed,
    )
    try:
        return asyncio.run(_supervise(supervisor, stack, plans, this))
    finally:
        journal.close()


async def _supervise(
    supervisor: Supervisor, stack: Stack, plans: Sequence[ProcessPlan], this: _Run
) -> int:
    stop = asyncio.Event()
    _stop_on_signals(stop, supervisor, this.console)

    def on_ready() -> None:
        this.console.say(
            words.ready(
                address=this.address,
                session_auth=stack.session_auth,
                sandbox_control=stack.sandbox.control_url if stack.sandbox else None,
                python=Path(sys.executable),
                data_dir=stack.data_dir,
                ca=stack.ca,
                seconds=time.monotonic() - this.began,
            )
        )

    try:
        await supervisor.run(stop=stop, on_ready=on_ready)
    except StartFailed as failed:
        services = [plan for plan in plans if plan.name in METRICS]
        if failed.by_settings and (lines := await refusals(services)):
            for line in lines:
                this.console.say(line)
            return EXIT_SETTINGS
        this.console.say(f"Cannot start: {failed.name} {failed.reason}.")
        for line in failed.lines:
            this.console.of(failed.name, line)
        this.console.say(f"Its log: {stack.data_dir / 'log' / failed.name}.log")
        return EXIT_FAILED
    return 0


def _stop_on_signals(stop: asyncio.Event, supervisor: Supervisor, console: Console) -> None:
    def asked() -> None:
        if stop.is_set():
            console.say("Ending everything at once.")
            supervisor.kill()
            return
        console.say("Ending; once more ends everything at once.")
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, asked)


def _stack(settings: LauncherSettings, variables: Mapping[str, str], console: Console) -> Stack:
    """Make ready on disk what the processes need, and say how they find it."""
    data = settings.data_dir
    for folder in FOLDERS:
        private.keep_folder(data / folder)
    ports = Ports(is_free)
    for listen in settings.front.listeners:
        ports.reserve(listen.port)
    chosen = addresses(Env(variables), ports)
    redis = None if settings.redis_url else _redis(data)
    needs_one = settings.front.https is not None and not settings.certificate
    own = _certificate(data, settings.front, console) if needs_one else None
    return Stack(
        variables=variables,
        data_dir=data,
        session_auth=settings.mode.session_auth,
        node_ids=settings.node_ids,
        front=settings.front,
        addresses=chosen,
        secrets={name: str(path) for name, path in secrets.keep(data / "secrets").items()},
        certificate={"HTTPS_CERT_PATH": str(own.server), "HTTPS_KEY_PATH": str(own.key)}
        if own
        else {},
        ca=own.ca if own else None,
        redis_url=settings.redis_url or (redis_server.url(redis.socket) if redis else ""),
        redis=redis,
        sandbox=None if settings.nodes else _sandbox(settings, ports),
    )


def _redis(data: Path) -> RedisPlan:
    folder = data / "redis"
    socket = redis_server.socket_path(data / "run")
    binary = redis_server.choose(redis_server.found(), data=folder)
    return RedisPlan(
        command=redis_server.command(binary, data=folder, socket=socket),
        socket=socket,
        lock=folder / "lock",
    )


def _certificate(data: Path, front: Front, console: Console) -> certificate.Certificate:
    names = certificate.local_names(front.https.host if front.https else LOOPBACK)
    own = certificate.keep(data / "certificates", names=names, now=certificate.utc_now())
    if own.is_new_authority:
        console.say(words.trust_again(own.ca))
    return own


def _sandbox(settings: LauncherSettings, ports: Ports) -> SandboxPlan:
    control = ports.next_from(settings.sandbox_port)
    return SandboxPlan(
        control=control,
        nodes={name: ports.next_from(control + 1) for name in SANDBOX_NODES},
        state=settings.data_dir / "sandbox",
    )


def _already(holder: lock.Holder, data_dir: Path) -> str:
    if holder.pid is None:
        return f"Already running with the data in {data_dir}."
    return f"Already running: {holder.address} (process {holder.pid}, data in {data_dir})."
