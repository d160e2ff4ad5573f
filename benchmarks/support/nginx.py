"""One nginx that is both the yardstick and the node behind everything that is measured.

It answers like a Technitium node with fixed texts, and on a second port it forwards to
itself, with one worker: the plainest proxy there is, for ratios taken in the same run.
"""

import json
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.support.ports import free_port, wait_until_open
from benchmarks.support.wrk import require

TOKEN = "ab" * 32
_SECTIONS = (
    "Dashboard Zones Cache Allowed Blocked Apps DnsClient Settings DhcpServer Administration Logs"
)
_CONFIGURATION = """\
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
def nginx(folder: Path) -> Generator[Nginx]:
    """The two listeners, up while the block runs."""
    node_port, proxy_port = free_port(), free_port()
    configuration = folder / "nginx.conf"
    configuration.write_text(
        _CONFIGURATION.format(
            folder=folder, node_port=node_port, proxy_port=proxy_port, session=session_answer()
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
