"""`/api/auth/me` and calls to one node beside nginx, in one run.

    python -m benchmarks.forwarding [--seconds 4] [--rounds 3]

nginx stands behind everything as a node with fixed answers of 2 kB, and beside it as the
plainest proxy to that node.
"""

from benchmarks.support.comparison import Target, beside_nginx, plain_forwarding
from benchmarks.support.nginx import Nginx
from benchmarks.support.services import Services

RAW = "/api/nodes/bench/technitium/zones/list"
# Its answer is kept for a moment, so most requests cost no call.
KEPT = "/api/nodes/bench/cluster/state"


def main() -> None:
    beside_nginx(__doc__, _targets)


def _targets(measured: Services, yardstick: Nginx) -> list[Target]:
    signed_in = measured.sign_in("admin", "admin")
    own = {
        "auth-gateway, /api/auth/me": f"{measured.gateway_url}/api/auth/me",
        "node-proxy, forwarded call": f"{measured.node_proxy_url}{RAW}",
        "node-proxy, kept answer": f"{measured.node_proxy_url}{KEPT}",
        "forwarded call by the gateway's door": f"{measured.gateway_url}{RAW}",
    }
    return [
        plain_forwarding(yardstick),
        *(Target(name=name, url=url, headers=signed_in) for name, url in own.items()),
    ]


if __name__ == "__main__":
    main()
