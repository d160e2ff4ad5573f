"""`/api/auth/me` and calls to one node beside nginx, in one run.

    python -m benchmarks.forwarding [--seconds 4] [--rounds 3]

nginx stands behind everything as a node with fixed answers of 2 kB, and beside it as the
plainest proxy to that node.
"""

import argparse
import tempfile
from pathlib import Path

from benchmarks.support.comparison import Target, compare, print_comparison, print_memory
from benchmarks.support.nginx import Nginx, nginx
from benchmarks.support.services import SECURE, Services, services
from benchmarks.support.skipping import skipped_without_tools
from benchmarks.support.wrk import require

RAW = "/api/nodes/bench/technitium/zones/list"
# Its answer is kept for a moment, so most requests cost no call.
KEPT = "/api/nodes/bench/cluster/state"


def main() -> None:
    arguments = _arguments()
    with skipped_without_tools():
        require("wrk", "wrk")
        with (
            tempfile.TemporaryDirectory() as folder,
            nginx(Path(folder)) as yardstick,
            services(Path(folder), node_url=yardstick.node_url) as measured,
        ):
            _measure(measured, yardstick, arguments)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


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


def _targets(measured: Services, yardstick: Nginx) -> list[Target]:
    signed_in = SECURE | {"Cookie": measured.sign_in("admin", "admin")}
    own = {
        "auth-gateway, /api/auth/me": f"{measured.gateway_url}/api/auth/me",
        "node-proxy, forwarded call": f"{measured.node_proxy_url}{RAW}",
        "node-proxy, kept answer": f"{measured.node_proxy_url}{KEPT}",
        "forwarded call by the gateway's door": f"{measured.gateway_url}{RAW}",
    }
    return [
        Target(
            name="nginx, forwarding",
            url=f"{yardstick.proxy_url}/api/user/session/get",
            is_yardstick=True,
        ),
        *(Target(name=name, url=url, headers=signed_in) for name, url in own.items()),
    ]


if __name__ == "__main__":
    main()
