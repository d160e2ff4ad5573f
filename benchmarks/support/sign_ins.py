"""Sign-ins at a steady rate, whether or not the ones before have been answered.

    python -m benchmarks.support.sign_ins URL --kind bad --rate 200 --seconds 20

A process of its own, so that one load does not slow down what measures another; the last line it
prints is what became of them, as JSON. It ends by itself.
"""

import argparse
import asyncio
import json
import random
import statistics
import time
from collections import Counter
from dataclasses import asdict, dataclass
from typing import Final
from urllib.parse import urlsplit

import aiohttp

# Of the simulated nodes; the name is the password.
PEOPLE: Final = ("admin", "viewer", "dhcp")
# By kind: so many addresses come in turn. Of bad ones each address fails some times and so does
# each name, and no pair twice; good ones come again from where they have been; new ones do not.
_NETWORKS: Final = {"good": ("203.0", 50), "new": ("198.51", 10_000), "bad": ("198.18", 1_000)}
NAMES: Final = 997
# What a person is told where a node answered `Max limit of 5 attempts`.
LOCKED: Final = "The node has locked sign-in"
PATIENCE_S: Final = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIns:
    """What became of them: how many by status, and how long they took in seconds.

    `locked` is how many were told of a node's own lock.
    """

    statuses: dict[str, int]
    p50_s: float
    p95_s: float
    slowest_s: float
    locked: int

    @property
    def count(self) -> int:
        return sum(self.statuses.values())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("url")
    parser.add_argument("--kind", choices=("good", "new", "bad"), required=True)
    parser.add_argument("--rate", type=float, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    options = parser.parse_args()
    if urlsplit(options.url).hostname != "127.0.0.1":
        parser.error("It measures what runs on this machine, and nothing else.")
    done = asyncio.run(_run(options.url, options.kind, rate=options.rate, seconds=options.seconds))
    print(json.dumps(asdict(done)))


async def _run(url: str, kind: str, *, rate: float, seconds: float) -> SignIns:
    statuses: Counter[str] = Counter()
    times: list[float] = []
    locked = 0

    async def one(number: int) -> None:
        nonlocal locked
        began = time.monotonic()
        try:
            async with http.post(
                url, json=_credentials(kind, number), headers=_headers(kind, number)
            ) as answer:
                text = await answer.text()
                statuses[str(answer.status)] += 1
        except (aiohttp.ClientError, TimeoutError) as exc:
            text = ""
            statuses[type(exc).__name__] += 1
        times.append(time.monotonic() - began)
        locked += LOCKED in text

    timeout = aiohttp.ClientTimeout(total=PATIENCE_S)
    async with (
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=timeout) as http,
        asyncio.TaskGroup() as group,
    ):
        began = time.monotonic()
        for number in range(int(rate * seconds)):
            # At no beat of its own, so that it never falls in with that of another load.
            moment = began + (number + random.random()) / rate  # noqa: S311 - it guards nothing
            await asyncio.sleep(max(0.0, moment - time.monotonic()))
            group.create_task(one(number))
    cuts = statistics.quantiles(times, n=20, method="inclusive")
    return SignIns(
        statuses=dict(sorted(statuses.items())),
        p50_s=cuts[9],
        p95_s=cuts[18],
        slowest_s=max(times),
        locked=locked,
    )


def _credentials(kind: str, number: int) -> dict[str, str]:
    if kind != "bad":
        name = PEOPLE[number % len(PEOPLE)]
        return {"username": name, "password": name}
    return {"username": f"somebody-{number % NAMES}", "password": "wrong"}


def _headers(kind: str, number: int) -> dict[str, str]:
    """What a proxy of this machine that ends TLS would send."""
    network, places = _NETWORKS[kind]
    place = number % places
    return {
        "X-Forwarded-Proto": "https",
        "X-Forwarded-For": f"{network}.{place // 250}.{place % 250 + 1}",
        "Host": "localhost",
    }


if __name__ == "__main__":
    main()
