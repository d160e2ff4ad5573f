"""Pages of the combined query logs over a hundred thousand rows of each of three nodes.

    python -m benchmarks.log_pages

Simulated nodes in this process: how long the slowest of five takes, how many calls to a node
that is, and whether the total is the true one.
"""

import asyncio
import time

import httpx

from benchmarks.support.lab import logging_nodes, services_before
from benchmarks.support.services import Services
from benchmarks.support.skipping import skipped_without_tools
from tests.support.query_logs import BEGIN, fill, some_rows
from tests.support.sandbox import Sandbox

ROWS = 100_000
REPEATS = 5
COMBINED = "/api/nodes/logs/combined"
PAGES = {
    "first page": "",
    "page 1,000": "pageNumber=1000",
    "part of a name, page 1,000": "qname=home&pageNumber=1000",
    "blocked": "statusFilter=blocked",
    "blocked, page 500": "statusFilter=blocked&pageNumber=500",
    "one row for each domain": "deduplicateDomains=true",
}


def main() -> None:
    with skipped_without_tools():
        asyncio.run(_over_many_rows())


async def _over_many_rows() -> None:
    async with logging_nodes() as lab:
        for number, name in enumerate(lab.nodes):
            rows = some_rows(name, ROWS, begin=BEGIN + number * 7_000, spread_s=86_400)
            fill(lab, name, rows)
        async with services_before(lab) as measured:
            signed_in = await asyncio.to_thread(measured.sign_in, "admin", "admin")
            await _time_pages(lab, measured, signed_in)


async def _time_pages(lab: Sandbox, measured: Services, headers: dict[str, str]) -> None:
    print(
        f"{'3 nodes, 100,000 rows each':34}{'slowest ms':>11}{'calls to a node':>17}{'total':>10}"
    )
    async with httpx.AsyncClient(timeout=60, headers=headers) as http:
        await http.get(f"{measured.node_proxy_url}{COMBINED}")
        for what, query in PAGES.items():
            url = f"{measured.node_proxy_url}{COMBINED}?{query}"
            slowest = max([await _milliseconds(http, url) for _ in range(REPEATS)])
            lab.requests.clear()
            page = (await http.get(url)).raise_for_status().json()
            calls = max(len(lab.requests.of(name, "/api/logs/query")) for name in lab.nodes)
            said = " or more" if page["totalIsLowerBound"] else ""
            print(f"{what:34}{slowest:>11.0f}{calls:>17}{page['totalEntries']:>10,}{said}")
    peaks = measured.peak_memory_mb()
    print(f"\nmemory, resident MB, at most: {', '.join(f'{n} {m:.0f}' for n, m in peaks.items())}")


async def _milliseconds(http: httpx.AsyncClient, url: str) -> float:
    began = time.perf_counter()
    (await http.get(url)).raise_for_status()
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
