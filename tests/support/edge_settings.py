"""What somebody who runs the services behind Traefik writes down for each: settings and secrets."""

import base64
import hashlib
import os
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.ports import free_ports

USERS_ACL = Path(__file__).parents[2] / "deploy" / "redis" / "users.acl"
SERVICES = ("auth-gateway", "node-proxy", "ptr-worker", "dhcp-tokens")
OPERATOR = "operator"
# Traefik's own address as the services see it; no client of the tests has it.
TRAEFIK_ADDRESS = "127.0.0.1/32"
FRIEND = "https://friend.test"

# A name of a secret, and the services that get it.
HOLDERS: Mapping[str, Sequence[str]] = {
    "SESSION_KEYS": ("auth-gateway", "node-proxy"),
    "SESSION_PEPPER": ("auth-gateway", "node-proxy"),
    "INTERNAL_SECRET": ("auth-gateway", "node-proxy", "dhcp-tokens"),
    "TECHNITIUM_BACKGROUND_TOKEN": ("ptr-worker",),
    "TECHNITIUM_CLUSTER_TOKEN": ("auth-gateway",),
}


def _made_up() -> dict[str, str]:
    texts = {name: secrets.token_hex(32) for name in HOLDERS}
    return texts | {"SESSION_KEYS": base64.b64encode(secrets.token_bytes(32)).decode()}


@dataclass(frozen=True, slots=True)
class Secrets:
    """Every secret of one stack, by its name; each is a word that is found nowhere else."""

    texts: Mapping[str, str] = field(default_factory=_made_up)
    redis: Mapping[str, str] = field(
        default_factory=lambda: {name: secrets.token_hex(32) for name in (*SERVICES, OPERATOR)}
    )

    def files(self, folder: Path) -> dict[str, str]:
        """Where each secret lies, by its name."""
        folder.mkdir(mode=0o700, exist_ok=True)
        for name, text in self.texts.items():
            (folder / name).write_text(text)
        return {name: str(folder / name) for name in self.texts}

    def redis_login(self, user: str) -> str:
        return f"{user}:{self.redis[user]}@"

    def users_acl(self) -> str:
        """The file of the product with its places filled in, and one more user for the tests."""
        text = USERS_ACL.read_text()
        for service in SERVICES:
            place = f"SHA256-OF-THE-PASSWORD-OF-{service.upper()}"
            assert text.count(place) == 1, place
            text = text.replace(place, hashlib.sha256(self.redis[service].encode()).hexdigest())
        assert not re.search(r"#[A-Z]", text)
        return f"{text}user {OPERATOR} on >{self.redis[OPERATOR]} ~* &* +@all\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Replica:
    """One process of a service: its ports, all of 127.0.0.1."""

    service: str
    number: int
    port: int
    metrics: int
    internal: int

    @classmethod
    def of(cls, service: str, number: int) -> "Replica":
        port, metrics, internal = free_ports(3)
        return cls(service=service, number=number, port=port, metrics=metrics, internal=internal)

    @property
    def name(self) -> str:
        return f"{self.service}-{self.number}"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def metrics_url(self) -> str:
        return f"http://127.0.0.1:{self.metrics}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What all services of one stack have in common."""

    nodes: Mapping[str, str]
    redis_url_files: Mapping[str, str]
    secret_files: Mapping[str, str]
    replicas: Sequence[Replica]

    def of(self, replica: Replica) -> dict[str, str]:
        """The whole environment of one process."""
        own = _SETTINGS[replica.service](self, replica)
        held = {
            f"{name}_FILE": path
            for name, path in self.secret_files.items()
            if replica.service in HOLDERS[name]
        }
        return {
            "PATH": os.environ["PATH"],
            "PYTHONUNBUFFERED": "1",
            "AUTH_SESSION_ENABLED": "true",
            "REDIS_URL_FILE": self.redis_url_files[replica.service],
            **own,
            **held,
        }

    def first(self, service: str) -> Replica:
        return next(each for each in self.replicas if each.service == service)

    def technitium(self) -> dict[str, str]:
        named = {f"TECHNITIUM_{name.upper()}_BASE_URL": url for name, url in self.nodes.items()}
        return {"TECHNITIUM_NODES": ",".join(self.nodes), **named}


_BEHIND_TRAEFIK = {
    "TRUST_PROXY": "true",
    "TRUSTED_PROXIES": TRAEFIK_ADDRESS,
    "CORS_ORIGINS": FRIEND,
}


def _gateway(around: Surroundings, own: Replica) -> dict[str, str]:
    return {
        **_BEHIND_TRAEFIK,
        **around.technitium(),
        "PORT": f"127.0.0.1:{own.port}",
        "METRICS_PORT": f"127.0.0.1:{own.metrics}",
        "GATEWAY_INTERNAL_LISTEN": f"127.0.0.1:{own.internal}",
        # The third one's word on who somebody is counts for nothing.
        "AUTH_IDENTITY_NODE": "ns1,ns2",
        "NODE_PROXY_URL": around.first("node-proxy").url,
        "DHCP_TOKENS_URL": around.first("dhcp-tokens").url,
    }


def _node_proxy(around: Surroundings, own: Replica) -> dict[str, str]:
    return {
        **_BEHIND_TRAEFIK,
        **around.technitium(),
        "NODE_PROXY_LISTEN": f"127.0.0.1:{own.port}",
        "NODE_PROXY_METRICS_PORT": f"127.0.0.1:{own.metrics}",
        "NODE_PROXY_INTERNAL_LISTEN": f"127.0.0.1:{own.internal}",
        "GATEWAY_INTERNAL_URL": _internal(around, "auth-gateway"),
    }


def _ptr_worker(around: Surroundings, own: Replica) -> dict[str, str]:
    return {**around.technitium(), "PTR_WORKER_METRICS_PORT": f"127.0.0.1:{own.metrics}"}


def _dhcp_tokens(around: Surroundings, own: Replica) -> dict[str, str]:
    return {
        **_BEHIND_TRAEFIK,
        "DHCP_TOKENS_LISTEN": f"127.0.0.1:{own.port}",
        "DHCP_TOKENS_METRICS_PORT": f"127.0.0.1:{own.metrics}",
        "GATEWAY_INTERNAL_URL": _internal(around, "auth-gateway"),
        "NODE_PROXY_INTERNAL_URL": _internal(around, "node-proxy"),
    }


def _internal(around: Surroundings, service: str) -> str:
    return f"http://127.0.0.1:{around.first(service).internal}"


_SETTINGS = {
    "auth-gateway": _gateway,
    "node-proxy": _node_proxy,
    "ptr-worker": _ptr_worker,
    "dhcp-tokens": _dhcp_tokens,
}
