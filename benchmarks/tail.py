"""The live tail under load: nothing twice, nothing lost, and memory that stays as it is.

    python -m benchmarks.tail [--seconds 600] [--rate 200]

Three simulated nodes answer so many queries a second between them; one restarts every minute.
"""

import argparse
import asyncio
import sys
import time
from collections import Counter

import httpx
from technitium_sandbox.logs.query_log import Row

from benchmarks.support.lab import logging_nodes, services_before
from benchmarks.support.services import Services
from benchmarks.support.skipping import skipped_without_tools
from tests.support.event_stream import events
from tests.support.query_logs import fill
from tests.support.sandbox import Sandbox

EVERY_S = 0.1
RESTART_EVERY_S = 60.0
DOWN_S = 3.0
PATIENCE_S = 20.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--rate", type=int, default=200)
    arguments = parser.parse_args()
    with skipped_without_tools():
        asyncio.run(_run(arguments.seconds, arguments.rate))


async def _run(seconds: float, rate: int) -> None:
    async with logging_nodes() as lab, services_before(lab) as measured:
        signed_in = await asyncio.to_thread(measured.sign_in, "admin", "admin")
        await _follow(lab, measured, signed_in, seconds=seconds, rate=rate)


async def _follow(
    lab: Sandbox, measured: Services, headers: dict[str, str], *, seconds: float, rate: int
) -> None:
    written: list[str] = []
    seen: Counter[str] = Counter()
    memory: list[float] = []
    async with (
        httpx.AsyncClient(headers=headers) as http,
        events(http, f"{measured.gateway_url}/api/nodes/logs/tail") as told,
    ):
        left = len(lab.nodes)
        async for event in told:
            left -= event.name == "node" and event.data["state"] == "ok"
            if not left:
                break
        writing = asyncio.create_task(_write(lab, written, seconds=seconds, rate=rate))
        restarting = asyncio.create_task(_restart(lab, writing))
        end = time.monotonic() + seconds + PATIENCE_S
        async for event in told:
            if event.name == "entries":
                seen.update(entry["qname"] for entry in event.data["entries"])
                memory.append(measured.memory_mb()["node-proxy"])
            elif event.name in ("gap", "session_ended"):
                print(f"{event.name}: {event.data}")
            if (writing.done() and len(seen) >= len(written)) or time.monotonic() > end:
                break
        restarting.cancel()
    twice = sum(count - 1 for count in seen.values())
    early, late = memory[len(memory) // 10], memory[-1]
    print(f"{len(written):,} rows, {len(written) - len(seen)} lost, {twice} twice")
    print(f"node-proxy: {early:.0f} MB after a tenth of the time, {late:.0f} MB at the end")
    if twice or len(seen) != len(written):
        sys.exit("Rows are missing or came twice.")


async def _write(lab: Sandbox, written: list[str], *, seconds: float, rate: int) -> None:
    """So many rows a second, in turn at every node."""
    began, names = time.monotonic(), list(lab.nodes)
    while (since := time.monotonic() - began) < seconds:
        while len(written) < since * rate:
            number = len(written)
            row = Row(
                at=lab.clock.now(),
                client="192.0.2.7",
                protocol=0,
                response_type=2,
                rcode=0,
                qname=f"{number}.bench.test",
                qtype=1,
            )
            fill(lab, names[number % len(names)], [row])
            written.append(row.qname)
        await asyncio.sleep(EVERY_S)


async def _restart(lab: Sandbox, writing: "asyncio.Task[None]") -> None:
    """One node at a time goes down and comes back."""
    names = list(lab.nodes)
    for number in range(1_000_000):
        await asyncio.wait({writing}, timeout=RESTART_EVERY_S / (10 if number == 0 else 1))
        name = names[number % len(names)]
        await lab.stop(name)
        await asyncio.sleep(DOWN_S)
        await lab.start(name)


if __name__ == "__main__":
    main()
