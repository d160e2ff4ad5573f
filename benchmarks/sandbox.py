"""The simulated nodes: time to ready, memory, calls a second, and searches of a long query log.

    python -m benchmarks.sandbox

One process with three nodes, asked over loopback; 100,000 rows are logged at one of them.
"""

import sys
import time

import httpx

from benchmarks.support.memory import resident_mb
from benchmarks.support.nodes import simulated_nodes
from benchmarks.support.wrk import ToolMissing, run

ROWS = 100_000
NAMES = 1_000
AT_ONCE = 100
REPEATS = 5
LOG = {"name": "Query Logs (Sqlite)", "classPath": "QueryLogsSqlite.App"}
SEARCHES: dict[str, dict[str, str]] = {
    "newest 25": {},
    "newest 100": {"entriesPerPage": "100"},
    "page 1,000 of 100": {"entriesPerPage": "100", "pageNumber": "1000"},
    "part of a name": {"qname": "*7.site*", "entriesPerPage": "100"},
    "one client": {"clientIpAddress": "192.0.2.9", "entriesPerPage": "100"},
    "type and code": {"qtype": "AAAA", "rcode": "NoError", "entriesPerPage": "100"},
    "a page of 1,000": {"entriesPerPage": "1000"},
}


def main() -> None:
    try:
        with simulated_nodes() as nodes, httpx.Client(timeout=60) as client:
            url, pid = nodes.urls["ns1"], nodes.process.pid
            print(f"ready after {nodes.ready_s:.2f} s with {resident_mb(pid):.0f} MB")
            token = _token(client, url)
            load = run(
                f"{url}/api/user/session/get",
                headers={"Authorization": f"Bearer {token}"},
                connections=16,
                seconds=5,
            )
            print(f"session/get: {load.rate:,.0f} a second, p99 {load.p99_s * 1000:.1f} ms")
            before_mb = resident_mb(pid)
            _log_rows(client, nodes.control_url)
            for what, wanted in SEARCHES.items():
                print(f"logs/query, {what:20} {_slowest_ms(client, url, token, wanted):6.1f} ms")
            grown_mb = resident_mb(pid) - before_mb
            print(f"{ROWS:,} rows at one node: {grown_mb:.0f} MB more")
    except ToolMissing as missing:
        sys.exit(f"This benchmark cannot run: {missing}")


def _token(client: httpx.Client, url: str) -> str:
    answer = client.post(f"{url}/api/user/login", data={"user": "admin", "pass": "admin"})
    token: str = answer.json()["token"]
    return token


def _log_rows(client: httpx.Client, control: str) -> None:
    queries = [
        {
            "to": "ns1",
            "client": f"192.0.2.{number % 20 + 1}",
            "qname": f"www{number}.site{number % 90}.example",
            "qtype": "AAAA" if number % 3 else "A",
            "times": ROWS // NAMES,
        }
        for number in range(NAMES)
    ]
    for begin in range(0, NAMES, AT_ONCE):
        body = {"queries": queries[begin : begin + AT_ONCE]}
        client.post(f"{control}/queries", json=body).raise_for_status()


def _slowest_ms(client: httpx.Client, url: str, token: str, wanted: dict[str, str]) -> float:
    """The slowest of some equal searches, the first included."""
    slowest = 0.0
    for _ in range(REPEATS):
        began = time.monotonic()
        answer = client.post(f"{url}/api/logs/query", data=LOG | wanted | {"token": token})
        slowest = max(slowest, time.monotonic() - began)
        if answer.json()["status"] != "ok":
            raise RuntimeError(answer.text)
    return slowest * 1000


if __name__ == "__main__":
    main()
