"""One run from the settings to the last process's end.

What cannot work is said before anything starts; from then on the supervisor is in charge.
"""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from companion.env import Env
from companion.env.refusal import EXIT_SETTINGS

from companion_local import certificate, lock, private, redis_server, secrets, words
from companion_local.child import ProcessPlan
from companion_local.console import Console
from companion_local.journal import Journal, Warden
from companion_local.plan import METRICS, RedisPlan, SandboxPlan, Stack, processes
from companion_local.ports import NoFreePort, Ports, addresses, is_free
from companion_local.refusals import refusals
from companion_local.settings import LauncherSettings, read
from companion_local.supervisor import StartFailed, Supervisor

EXIT_FAILED = 1
SANDBOX_NODES = ("ns1", "ns2", "ns3")
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
    env.finish()
    address = f"https://localhost:{settings.https.port}"
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
        return _run(env, settings, variables, _Run(console=console, address=address, began=began))
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


def _run(env: Env, settings: LauncherSettings, variables: Mapping[str, str], this: _Run) -> int:
    if not is_free(settings.https.port, host=settings.https.host):
        raise CannotRun(
            f"Port {settings.https.port} is in use by another program. Choose another one, such "
            f"as: make run HTTPS_PORT={settings.https.port + 1}"
        )
    stack = _stack(env, settings, variables, this.console)
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


def _stack(
    env: Env, settings: LauncherSettings, variables: Mapping[str, str], console: Console
) -> Stack:
    """Make ready on disk what the processes need, and say how they find it."""
    data = settings.data_dir
    for folder in FOLDERS:
        private.keep_folder(data / folder)
    ports = Ports(is_free)
    ports.reserve(settings.https.port)
    chosen = addresses(env, ports)
    env.finish()
    redis = None if settings.redis_url else _redis(data)
    own = None if settings.certificate else _certificate(data, console)
    return Stack(
        variables=variables,
        data_dir=data,
        https=settings.https,
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


def _certificate(data: Path, console: Console) -> certificate.Certificate:
    own = certificate.keep(
        data / "certificates", names=certificate.local_names(), now=certificate.utc_now()
    )
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
