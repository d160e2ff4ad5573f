"""What auth-gateway reads from its environment."""

from dataclasses import dataclass, field
from typing import Final, Self

from companion.address import Listen, TlsFiles
from companion.asgi.forwarded import TransportSettings
from companion.env import Env
from companion.env.common import internal_secret, log_level, redis_url, session_auth
from companion.env.sessions import SessionSettings, sessions
from companion.env.transport import require_https, transport
from companion.nodes import NodeConfig, read_nodes
from companion.secret import Secret

# A listener that people reach; everything else listens on 127.0.0.1 unless told otherwise.
_EVERYWHERE: Final = "0.0.0.0"  # noqa: S104 - the one public door


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Read once at start; see docs/configuration.md."""

    # It may hold a password.
    redis_url: str = field(repr=False)
    session_auth: bool
    sessions: SessionSettings
    internal_secret: Secret
    transport: TransportSettings
    own_certificate: bool
    nodes: tuple[NodeConfig, ...]
    cluster_token_configured: bool
    node_proxy_url: str
    dhcp_tokens_url: str
    listen: Listen
    metrics: Listen
    log_level: int
    sandbox: bool

    @classmethod
    def read(cls, env: Env) -> Self:
        """Read everything.

        Raises:
            SettingsRefused: With all problems at once.
        """
        door = transport(env)
        settings = cls(
            redis_url=redis_url(env),
            session_auth=session_auth(env),
            sessions=sessions(env),
            internal_secret=internal_secret(env),
            transport=door,
            own_certificate=env.flag(
                "HTTPS_OWN_CERTIFICATE",
                default=False,
                help="The certificate is of an authority of our own, so browsers are not told to "
                "insist on HTTPS (HSTS).",
            ),
            nodes=read_nodes(env),
            cluster_token_configured=bool(
                env.secret(
                    "TECHNITIUM_CLUSTER_TOKEN",
                    help="A token of the cluster from before there was a background token.",
                )
            ),
            node_proxy_url=_service_url(env, "NODE_PROXY_URL", "http://127.0.0.1:3002"),
            dhcp_tokens_url=_service_url(env, "DHCP_TOKENS_URL", "http://127.0.0.1:8080"),
            listen=_public(env, door),
            metrics=env.listen(
                "METRICS_PORT",
                default="9461",
                help="Port, or address and port, of metrics and probes.",
            ),
            log_level=log_level(env),
            sandbox=env.flag(
                "COMPANION_SANDBOX",
                default=False,
                help="The nodes are simulated ones: the sign-in page says how to get in.",
            ),
        )
        require_https(env, door)
        env.unknown(("TECHNITIUM_", "AUTH_"))
        env.finish()
        return settings


def _public(env: Env, door: TransportSettings) -> Listen:
    """HTTPS_PORT with our own TLS, else PORT behind a proxy."""
    https_port = _port(
        env, "HTTPS_PORT", "3443", help_="Where HTTPS is served, with HTTPS_ENABLED."
    )
    port = _port(env, "PORT", "3000", help_="Where HTTP is served to the proxy that ends TLS.")
    if not door.https:
        return port
    if door.cert is None or door.key is None:
        # A problem by now, said by `require_https`.
        return https_port
    return https_port.with_tls(TlsFiles(cert=door.cert, key=door.key, ca=door.ca))


def _port(env: Env, name: str, default: str, *, help_: str) -> Listen:
    """A port on every address, an address with a port, or a Unix socket."""

    def parse(text: str) -> Listen:
        return Listen.parse(f"{_EVERYWHERE}:{text}" if text.isdigit() else text, variable=name)

    env.declare(name, default=default, help=help_)
    return env.parsed(name, parse, default=parse(default))


def _service_url(env: Env, name: str, default: str) -> str:
    url = env.url(name, default=default, help="Where the door forwards to.")
    return url.rstrip("/")
