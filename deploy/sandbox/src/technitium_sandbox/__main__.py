"""`python -m technitium_sandbox`: a cluster of simulated nodes, until it is told to stop."""

import argparse
import asyncio
import contextlib
import ipaddress
import signal
import sys
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import uvicorn

from technitium_sandbox.accounts.totp import code
from technitium_sandbox.calls.listening import Listener
from technitium_sandbox.control.application import Control
from technitium_sandbox.demonstration.nodes import NODE_NAMES, TOTP_SECRET, demonstration, fresh
from technitium_sandbox.persistence import StateUnreadable, keep_saved, restore, save
from technitium_sandbox.sandbox import Address, Sandbox
from technitium_sandbox.versions import V15_2, VERSIONS

FIRST_PORT = 15_380
CONTROL_PORT = 15_379


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    if options.totp:
        _say(code(TOTP_SECRET, time.time()))
        return 0
    loop_factory = uvicorn.Config(Control, loop="auto").get_loop_factory()
    try:
        with asyncio.Runner(loop_factory=loop_factory) as runner:
            runner.run(_serve(options))
    except OSError as problem:
        sys.stderr.write(f"technitium_sandbox cannot start: {problem}\n")
        return 1
    return 0


async def _serve(options: argparse.Namespace) -> None:
    """Run until SIGTERM or SIGINT; the one line on stdout says that all ports are open."""
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    addresses: dict[str, Address] = dict(options.node or _default_nodes())
    build = partial(
        fresh if options.fresh else demonstration,
        names=tuple(addresses),
        failure_delay_s=options.failure_delay,
        version=VERSIONS[options.version],
    )
    sandbox = Sandbox(build, addresses=addresses)
    state = _restored(options.state_dir, sandbox)
    control = Listener(Control(sandbox), *options.control)
    async with sandbox, contextlib.AsyncExitStack() as closing:
        await control.open()
        closing.push_async_callback(control.close)
        saving = None if state is None else asyncio.create_task(keep_saved(state, sandbox))
        nodes = ", ".join(f"{name} {stand.url}" for name, stand in sandbox.nodes.items())
        _say(f"technitium_sandbox ready: {nodes}; control {control.url}")
        for stand in sandbox.nodes.values():
            stand.node.answering.log()
            await asyncio.sleep(0)
        await stopped.wait()
        if saving is not None:
            saving.cancel()
    if state is not None:
        save(state, sandbox.wire.nodes)


def _restored(directory: Path | None, sandbox: Sandbox) -> Path | None:
    """The state file, after the nodes were given what it holds."""
    if directory is None:
        return None
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = directory / "sandbox.json"
    try:
        restore(path, sandbox.wire.nodes)
    except StateUnreadable as problem:
        sys.stderr.write(f"technitium_sandbox starts anew, its state is unreadable: {problem}\n")
    return path


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m technitium_sandbox",
        description="Simulated Technitium DNS nodes: a cluster of three with a day of traffic.",
    )
    parser.add_argument(
        "--node",
        action="append",
        type=_named_address,
        metavar="NAME=HOST:PORT",
        help="a node and where it listens; repeat for more, the first is the Primary",
    )
    parser.add_argument(
        "--control",
        type=_loopback_address,
        default=("127.0.0.1", CONTROL_PORT),
        metavar="HOST:PORT",
        help="where the control port listens, on loopback only",
    )
    parser.add_argument(
        "--state-dir",
        type=Path,
        metavar="DIR",
        help="keep people and sessions there, so that they outlive a restart",
    )
    parser.add_argument(
        "--failure-delay",
        type=float,
        default=1.0,
        metavar="SECONDS",
        help="how long the answer to a failed sign-in is held back",
    )
    parser.add_argument("--fresh", action="store_true", help="new nodes: admin/admin, no cluster")
    parser.add_argument(
        "--version",
        choices=tuple(VERSIONS),
        default=V15_2.text,
        help="the release of Technitium that every node is",
    )
    parser.add_argument(
        "--totp", action="store_true", help="print the one-time code of the person totp and end"
    )
    return parser


def _default_nodes() -> list[tuple[str, Address]]:
    return [(name, ("127.0.0.1", FIRST_PORT + number)) for number, name in enumerate(NODE_NAMES)]


def _named_address(text: str) -> tuple[str, Address]:
    name, found, address = text.partition("=")
    if not found or not name:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=HOST:PORT")
    return name, _address(address)


def _loopback_address(text: str) -> Address:
    host, port = _address(text)
    if not ipaddress.ip_address(host).is_loopback:
        raise argparse.ArgumentTypeError(f"{host} is not a loopback address")
    return host, port


def _address(text: str) -> Address:
    host, _, port = text.rpartition(":")
    try:
        return str(ipaddress.ip_address(host.strip("[]"))), int(port)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not an address and a port") from None


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
