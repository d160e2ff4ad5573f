"""`/api/auth/me` and one forwarded call beside nginx, in one run.

    python -m benchmarks.forwarding [--seconds 5] [--rounds 3]

nginx stands behind everything as a node with fixed answers of 2 kB, and beside it as the
plainest proxy to that node. Every target is loaded in turn, round after round, so that a
machine that slows down slows them all; medians and ratios are what counts.
"""

import argparse
import statistics
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from benchmarks.support.nginx import nginx
from benchmarks.support.services import SECURE, Services, services
from benchmarks.support.wrk import Load, ToolMissing, run

CONNECTIONS = 32


def main() -> None:
    arguments = _arguments()
    try:
        with (
            tempfile.TemporaryDirectory() as folder,
            nginx(Path(folder)) as yardstick,
            services(Path(folder), node_url=yardstick.node_url) as measured,
        ):
            _measure(measured, yardstick.proxy_url, arguments)
    except ToolMissing as missing:
        sys.exit(f"This benchmark cannot run: {missing}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


def _measure(measured: Services, proxy_url: str, arguments: argparse.Namespace) -> None:
    idle = measured.memory_mb()
    signed_in = SECURE | {"Cookie": measured.sign_in("admin", "admin")}
    forwarded = "/api/nodes/bench/cluster/state"
    targets: dict[str, tuple[str, Mapping[str, str]]] = {
        "nginx, forwarding": (f"{proxy_url}/api/user/session/get", {}),
        "auth-gateway /api/auth/me": (f"{measured.gateway_url}/api/auth/me", signed_in),
        "node-proxy, one node call": (f"{measured.node_proxy_url}{forwarded}", signed_in),
        "the same by the gateway's door": (f"{measured.gateway_url}{forwarded}", signed_in),
    }
    loads: dict[str, list[Load]] = {name: [] for name in targets}
    for _ in range(arguments.rounds):
        for name, (url, headers) in targets.items():
            loads[name].append(
                run(url, headers=headers, connections=CONNECTIONS, seconds=arguments.seconds)
            )
    _print_loads(loads)
    _print_memory(idle, measured.memory_mb())


def _print_loads(loads: Mapping[str, list[Load]]) -> None:
    rates = {name: statistics.median(load.rate for load in runs) for name, runs in loads.items()}
    yardstick = next(iter(rates.values()))
    print(f"{'':34}{'requests/s':>11}{'of nginx':>10}{'p50 ms':>9}{'p99 ms':>9}")
    for name, runs in loads.items():
        p50, p99 = (
            statistics.median(getattr(load, field) for load in runs) * 1000
            for field in ("p50_s", "p99_s")
        )
        print(
            f"{name:34}{rates[name]:>11,.0f}{rates[name] / yardstick:>10.3f}{p50:>9.1f}{p99:>9.1f}"
        )
        if bad := sum(load.bad for load in runs):
            sys.exit(f"{name}: {bad} answers were no success; the figures mean nothing")


def _print_memory(idle: Mapping[str, float], after: Mapping[str, float]) -> None:
    print(f"\n{'memory, MB':34}{'idle':>11}{'after':>10}")
    for name in idle:
        print(f"{name:34}{idle[name]:>11.0f}{after[name]:>10.0f}")


if __name__ == "__main__":
    main()
