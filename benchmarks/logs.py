"""Query logs of three nodes, combined: the first page beside nginx.

    python -m benchmarks.logs [--seconds 4] [--rounds 3]

Three nodes that answer with the same hundred rows at once, so that what is measured is ours. No
two requests are alike, so no answer serves two of them. How it is with real rows is told by
`benchmarks.log_pages`.
"""

import sys
from collections.abc import Mapping

import httpx

from benchmarks.support.comparison import Target, beside_nginx, plain_forwarding
from benchmarks.support.nginx import Nginx
from benchmarks.support.services import Services

ROWS = 100
# What follows are digits of a second: another question each time, with the same answer.
ONE = "/api/nodes/bench/logs?entriesPerPage=100&start=2026-07-01T00:00:00."
COMBINED = "/api/nodes/logs/combined?entriesPerPage=100&start=2026-07-01T00:00:00."


def main() -> None:
    beside_nginx(__doc__, _targets, log_rows=ROWS, others=("b", "c"))


def _require_rows(url: str, headers: Mapping[str, str]) -> None:
    """What is measured must be a page of rows: one of errors would be as fast as it is useless."""
    page = httpx.get(f"{url}0", headers=dict(headers)).raise_for_status().json()
    states = {node["nodeId"]: node["state"] for node in page["nodes"]}
    if set(states.values()) != {"ok"} or len(page["entries"]) != ROWS:
        sys.exit(f"The page has {len(page['entries'])} rows, and the nodes are {states}.")


def _targets(measured: Services, yardstick: Nginx) -> list[Target]:
    signed_in = measured.sign_in("admin", "admin")
    own = {
        "node-proxy, one node's page": f"{measured.node_proxy_url}{ONE}",
        "node-proxy, combined page": f"{measured.node_proxy_url}{COMBINED}",
        "combined page by the gateway's door": f"{measured.gateway_url}{COMBINED}",
    }
    _require_rows(f"{measured.node_proxy_url}{COMBINED}", signed_in)
    return [
        plain_forwarding(yardstick),
        Target(
            name="nginx, forwarding a page of rows",
            url=f"{yardstick.proxy_url}/api/logs/query",
            is_yardstick=True,
        ),
        *(Target(name=name, url=url, headers=signed_in, varying=True) for name, url in own.items()),
    ]


if __name__ == "__main__":
    main()
