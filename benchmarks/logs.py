"""Query logs of three nodes, combined: the first page beside nginx.

    python -m benchmarks.logs [--seconds 4] [--rounds 3]

Three nodes that answer with the same hundred rows at once, so that what is measured is ours. No
two requests are alike, so no answer serves two of them. How it is with real rows is told by
`benchmarks.log_pages`.
"""

import argparse
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import httpx

from benchmarks.support.comparison import Target, compare, print_comparison, print_memory
from benchmarks.support.nginx import Nginx, nginx
from benchmarks.support.services import SECURE, Services, services
from benchmarks.support.skipping import skipped_without_tools
from benchmarks.support.wrk import require

ROWS = 100
# What follows are digits of a second: another question each time, with the same answer.
ONE = "/api/nodes/bench/logs?entriesPerPage=100&start=2026-07-01T00:00:00."
COMBINED = "/api/nodes/logs/combined?entriesPerPage=100&start=2026-07-01T00:00:00."


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    with skipped_without_tools():
        require("wrk", "wrk")
        with (
            tempfile.TemporaryDirectory() as folder,
            nginx(Path(folder), log_rows=ROWS) as yardstick,
            services(
                Path(folder),
                node_url=yardstick.node_url,
                others={"b": yardstick.node_url, "c": yardstick.node_url},
            ) as measured,
        ):
            _measure(measured, yardstick, arguments)


def _measure(measured: Services, yardstick: Nginx, arguments: argparse.Namespace) -> None:
    idle = measured.memory_mb()
    done = compare(
        _targets(measured, yardstick),
        yardstick,
        seconds=arguments.seconds,
        rounds=arguments.rounds,
    )
    print_comparison(done)
    print_memory(idle, measured)


def _require_rows(url: str, headers: Mapping[str, str]) -> None:
    """What is measured must be a page of rows: one of errors would be as fast as it is useless."""
    page = httpx.get(f"{url}0", headers=dict(headers)).raise_for_status().json()
    states = {node["nodeId"]: node["state"] for node in page["nodes"]}
    if set(states.values()) != {"ok"} or len(page["entries"]) != ROWS:
        sys.exit(f"The page has {len(page['entries'])} rows, and the nodes are {states}.")


def _targets(measured: Services, yardstick: Nginx) -> list[Target]:
    signed_in = SECURE | {"Cookie": measured.sign_in("admin", "admin")}
    own = {
        "node-proxy, one node's page": f"{measured.node_proxy_url}{ONE}",
        "node-proxy, combined page": f"{measured.node_proxy_url}{COMBINED}",
        "combined page by the gateway's door": f"{measured.gateway_url}{COMBINED}",
    }
    _require_rows(f"{measured.node_proxy_url}{COMBINED}", signed_in)
    return [
        Target(
            name="nginx, forwarding",
            url=f"{yardstick.proxy_url}/api/user/session/get",
            is_yardstick=True,
        ),
        Target(
            name="nginx, forwarding a page of rows",
            url=f"{yardstick.proxy_url}/api/logs/query",
            is_yardstick=True,
        ),
        *(Target(name=name, url=url, headers=signed_in, varying=True) for name, url in own.items()),
    ]


if __name__ == "__main__":
    main()
