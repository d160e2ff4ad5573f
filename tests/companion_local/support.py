"""What the launcher's tests share: stand-in processes, a console that remembers, patience."""

import asyncio
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from companion.address import Listen
from companion.env import Env
from companion_local.child import ProcessPlan
from companion_local.console import Console
from companion_local.front import Front
from companion_local.plan import RedisPlan, SandboxPlan, Stack
from companion_local.ports import Ports, addresses
from companion_local.readiness import HttpProbe

from tests.support.ports import free_port

DATA = Path("/data")
# The plainest stack there is: its own Redis, two simulated nodes, the usual ports.
PLAIN = Stack(
    variables={},
    data_dir=DATA,
    session_auth=True,
    node_ids=("ns1", "ns2"),
    front=Front(https=Listen(port=3443), plain=None),
    addresses=addresses(Env({}), Ports(lambda _: True)),
    secrets={},
    certificate={"HTTPS_CERT_PATH": "/data/crt", "HTTPS_KEY_PATH": "/data/key"},
    ca=DATA / "ca.crt",
    redis_url="unix:///data/redis.sock",
    redis=RedisPlan(command=("/valkey",), socket=DATA / "s", lock=DATA / "l"),
    sandbox=SandboxPlan(nodes={"ns1": 15380, "ns2": 15381}, control=15379, state=DATA / "sandbox"),
)


STAND_IN = Path(__file__).with_name("stand_in.py")
DEADLINE_S = 20.0


class HeardConsole(Console):
    """Keeps what was said."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, text: str = "") -> None:
        self.lines.append(text)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


def stand_in(
    name: str,
    diary: Path,
    *,
    after: tuple[str, ...] = (),
    deaf: bool = False,
    stop_s: float = 5.0,
    lock: Path | None = None,
) -> ProcessPlan:
    port = free_port()
    how = ("deaf",) if deaf else ()
    return ProcessPlan(
        name=name,
        command=(sys.executable, "-I", "-S", str(STAND_IN), name, str(port), str(diary), *how),
        env={"PATH": os.environ["PATH"]},
        probe=HttpProbe(host="127.0.0.1", port=port),
        after=after,
        stop_s=stop_s,
        lock=lock,
    )


def script(name: str, code: str) -> ProcessPlan:
    """A process that runs a few lines of Python and is never ready."""
    return ProcessPlan(
        name=name,
        command=(sys.executable, "-I", "-S", "-c", code),
        env={"PATH": os.environ["PATH"]},
        probe=HttpProbe(host="127.0.0.1", port=free_port()),
    )


async def until(claim: Callable[[], object]) -> None:
    """Return as soon as the claim holds; fail when it does not within the deadline."""
    end = time.monotonic() + DEADLINE_S
    while not claim():
        if time.monotonic() > end:
            raise AssertionError("The condition did not come true in time.")
        await asyncio.sleep(0.01)
