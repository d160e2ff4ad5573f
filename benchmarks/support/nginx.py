"""One nginx that is both the yardstick and the node behind everything that is measured.

It answers like a Technitium node with fixed texts, and on a second port it forwards to
itself, with one worker: the plainest proxy there is, for ratios taken in the same run.
"""

import json
import os
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from benchmarks.support.ports import free_port, wait_until_open
from benchmarks.support.wrk import require

TOKEN = "ab" * 32
_SECTIONS = (
    "Dashboard Zones Cache Allowed Blocked Apps DnsClient Settings DhcpServer Administration Logs"
)
_CONFIGURATION = """\
{user}
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    keepalive_requests 1000000;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    default_type "application/json; charset=utf-8";
    upstream node {{ server 127.0.0.1:{node_port}; keepalive 64; keepalive_requests 1000000; }}
    server {{
        listen 127.0.0.1:{node_port};
        location / {{ return 200 '{session}'; }}
        location = /api/logs/query {{ error_page 405 =200 /logs.json; return 405; }}
        location = /logs.json {{ internal; root {folder}; }}
        location = /requests {{ stub_status; }}
        location = /api/user/logout {{ return 200 '{{"server":"bench","status":"ok"}}'; }}
    }}
    server {{
        listen 127.0.0.1:{proxy_port};
        location / {{
            proxy_pass http://node;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
        }}
    }}
}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nginx:
    """Where the fixed node listens, and the proxy in front of it."""

    node_url: str
    proxy_url: str
    _asked: list[int] = field(default_factory=list)

    def requests(self) -> int:
        """How many requests it has got, those for this number left out.

        One that comes in by the proxy counts twice.
        """
        lines = httpx.get(f"{self.node_url}/requests").text.splitlines()
        self._asked.append(1)
        return int(lines[2].split()[2]) - len(self._asked)


def logs_answer(count: int) -> str:
    """The newest rows, as a node with a hundred thousand answers `logs/query`."""
    rows = [
        {
            "rowNumber": 100_000 - number,
            "timestamp": f"2026-07-26T14:{59 - number // 60:02d}:{59 - number % 60:02d}.1234567Z",
            "clientIpAddress": f"192.0.2.{number % 200}",
            "protocol": "Udp",
            "responseType": "Recursive",
            "responseRtt": 12.34,
            "rcode": "NoError",
            "qname": f"www{number}.bench.test",
            "qtype": "A",
            "qclass": "IN",
            "answer": "A 198.51.100.20",
        }
        for number in range(count)
    ]
    page = {"pageNumber": 1, "totalPages": 1_000, "totalEntries": 100_000, "entries": rows}
    return json.dumps({"response": page, "server": "bench", "status": "ok"})


def session_answer() -> str:
    """About 2 kB, as a node in a cluster of three answers `user/session/get`."""
    rights = {"canView": True, "canModify": True, "canDelete": True}
    members = [
        {
            "id": number,
            "name": f"ns{number}.bench.test",
            "url": f"https://ns{number}.bench.test:53443/",
            "ipAddresses": [f"192.0.2.{number}"],
            "type": "Primary" if number == 1 else "Secondary",
            "state": "Self" if number == 1 else "Connected",
            "upSince": "2026-06-01T08:00:00Z",
        }
        for number in (1, 2, 3)
    ]
    info = {
        "version": "15.2",
        "uptimestamp": "2026-06-01T08:00:00Z",
        "dnsServerDomain": "ns1.bench.test",
        "defaultRecordTtl": 3600,
        "clusterInitialized": True,
        "clusterDomain": "bench.test",
        "clusterNodes": members,
        "permissions": dict.fromkeys(_SECTIONS.split(), rights),
    }
    return json.dumps(
        {
            "displayName": "Administrator",
            "username": "admin",
            "isSsoUser": False,
            "totpEnabled": False,
            "token": TOKEN,
            "info": info,
            "server": "ns1.bench.test",
            "status": "ok",
        }
    )


@contextmanager
def nginx(folder: Path, *, log_rows: int = 0) -> Generator[Nginx]:
    """The two listeners, up while the block runs; the node has so many rows of query logs."""
    (folder / "logs.json").write_text(logs_answer(log_rows))
    node_port, proxy_port = free_port(), free_port()
    configuration = folder / "nginx.conf"
    configuration.write_text(
        _CONFIGURATION.format(
            # Started by root it would else give up the right to read its own folder.
            user="user root;" if os.geteuid() == 0 else "",
            folder=folder,
            node_port=node_port,
            proxy_port=proxy_port,
            session=session_answer(),
        )
    )
    command = [require("nginx", "nginx-light"), "-p", str(folder), "-c", str(configuration)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)  # noqa: S603 - our own arguments
    try:
        for port in (node_port, proxy_port):
            wait_until_open(port, process=process)
        yield Nginx(
            node_url=f"http://127.0.0.1:{node_port}", proxy_url=f"http://127.0.0.1:{proxy_port}"
        )
    finally:
        process.terminate()
        process.wait(timeout=10)
