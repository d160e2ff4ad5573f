"""Several targets loaded in turn, round after round, and told as ratios to the first of them.

In turn, so that a machine that slows down slows them all; medians, so that one bad round is none.
"""

import argparse
import statistics
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from benchmarks.support.nginx import Nginx, nginx
from benchmarks.support.services import Services, services
from benchmarks.support.skipping import skipped_without_tools
from benchmarks.support.wrk import Load, require, run

CONNECTIONS = 32
ASKED_BEFORE = 2
ASKED_ALONE = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What is loaded; `varying` ends in a number that is another one in each request.

    A yardstick asks no node for us, so its calls are not told.
    """

    name: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    varying: bool = False
    is_yardstick: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The loads of one target, and how many calls to nodes one request alone makes."""

    loads: list[Load]
    calls: float | None


def plain_forwarding(yardstick: Nginx) -> Target:
    """What all rates are told as a ratio to: nginx between us and the same node."""
    return Target(
        name="nginx, forwarding",
        url=f"{yardstick.proxy_url}/api/user/session/get",
        is_yardstick=True,
    )


def beside_nginx(
    about: str | None,
    targets_of: Callable[[Services, Nginx], Sequence[Target]],
    *,
    log_rows: int = 0,
    others: Sequence[str] = (),
) -> None:
    """The whole program: load both services, print rates and memory.

    nginx is each of their nodes: `bench`, and those of `others`. Services are idle until the
    targets are made. `about` is what the module says of itself.
    """
    told = _arguments(about)
    with skipped_without_tools():
        require("wrk", "wrk")
        with (
            tempfile.TemporaryDirectory() as folder,
            nginx(Path(folder), log_rows=log_rows) as yardstick,
            services(
                Path(folder),
                node_url=yardstick.node_url,
                others=dict.fromkeys(others, yardstick.node_url),
            ) as measured,
        ):
            idle = measured.memory_mb()
            targets = targets_of(measured, yardstick)
            done = compare(targets, yardstick, seconds=told.seconds, rounds=told.rounds)
            print_comparison(done)
            print_memory(idle, measured)


def _arguments(description: str | None) -> argparse.Namespace:
    """`seconds` of one load and `rounds` of them; what the program is stands in its first line."""
    parser = argparse.ArgumentParser(description=(description or "").partition("\n")[0])
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


def compare(
    targets: Sequence[Target], yardstick: Nginx, *, seconds: int, rounds: int
) -> dict[str, Measured]:
    """Load each target so many times.

    Answers that are no success end the program: their figures would mean nothing.
    """
    done = {target.name: Measured(loads=[], calls=_calls(target, yardstick)) for target in targets}
    for _ in range(rounds):
        for target in targets:
            load = run(
                target.url,
                headers=target.headers,
                connections=CONNECTIONS,
                seconds=seconds,
                varying=target.varying,
            )
            if load.bad:
                sys.exit(f"{target.name}: {load.bad} of {load.requests} answers were no success")
            done[target.name].loads.append(load)
    return done


def _calls(target: Target, yardstick: Nginx) -> float | None:
    """Counted at the node, one request after the other; the first few are left out."""
    if target.is_yardstick:
        return None
    before = 0
    with httpx.Client(headers=dict(target.headers)) as http:
        for number in range(-ASKED_BEFORE, ASKED_ALONE):
            before = before if number else yardstick.requests()
            http.get(f"{target.url}{number}" if target.varying else target.url)
    return (yardstick.requests() - before) / ASKED_ALONE


def print_comparison(done: Mapping[str, Measured]) -> None:
    """One line for each target; the ratios are to the first."""
    print(
        f"{'':38}{'requests/s':>11}{'of nginx':>10}{'p50 ms':>9}{'p99 ms':>9}{'calls to nodes':>16}"
    )
    rates = {name: statistics.median(load.rate for load in one.loads) for name, one in done.items()}
    yardstick = next(iter(rates.values()))
    for name, one in done.items():
        p50 = statistics.median(load.p50_s for load in one.loads) * 1000
        p99 = statistics.median(load.p99_s for load in one.loads) * 1000
        calls = "" if one.calls is None else f"{one.calls:.1f}"
        print(
            f"{name:38}{rates[name]:>11,.0f}{rates[name] / yardstick:>10.3f}"
            f"{p50:>9.1f}{p99:>9.1f}{calls:>16}"
        )


def print_memory(idle: Mapping[str, float], measured: Services) -> None:
    """What each service held before the load, holds after it, and held at most."""
    after, peak = measured.memory_mb(), measured.peak_memory_mb()
    print(f"\n{'memory, resident MB':38}{'idle':>11}{'after':>10}{'peak':>9}")
    for name in idle:
        print(f"{name:38}{idle[name]:>11.0f}{after[name]:>10.0f}{peak[name]:>9.0f}")
