"""What auth-gateway reads from its environment."""

from dataclasses import dataclass
from typing import Final, Self

from companion.address import Listen, TlsFiles
from companion.asgi.forwarded import TransportSettings
from companion.env import Env, common
from companion.env.legacy import cluster_token
from companion.env.mode import CLUSTER_TOKEN, session_auth
from companion.env.sessions import SessionSettings, sessions
from companion.env.transport import require_certificate, require_https, transport
from companion.mode import NOTICE
from companion.nodes import NodeConfig, find, read_nodes
from companion.secret import Secret

_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
# A listener that people reach; everything else listens on 127.0.0.1 unless told otherwise.
_EVERYWHERE: Final = "0.0.0.0"  # noqa: S104 - the one public door


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(common.ServiceSettings):
    """What every service is told, and what is this one's own; see docs/configuration.md."""

    sessions: SessionSettings
    internal_secret: Secret
    transport: TransportSettings
    own_certificate: bool
    nodes: tuple[NodeConfig, ...]
    identity_nodes: tuple[str, ...]
    cluster_token_configured: bool
    node_proxy_url: str
    dhcp_tokens_url: str
    listen: Listen
    # Beside our own TLS: sends pages there.
    plain: Listen | None
    internal: Listen
    sandbox: bool

    @classmethod
    def read(cls, env: Env) -> Self:
        """Read everything.

        Raises:
            SettingsRefused: With all problems at once.
        """
        door = transport(env)
        nodes, signs_in = read_nodes(env), session_auth(env)
        settings = cls(
            redis_url=common.redis_url(env),
            session_auth=signs_in,
            sessions=sessions(env),
            internal_secret=common.internal_secret(env),
            transport=door,
            own_certificate=env.flag(
                "HTTPS_OWN_CERTIFICATE",
                default=False,
                help="The certificate is of an authority of our own, so browsers are not told to "
                "insist on HTTPS (HSTS).",
            ),
            nodes=nodes,
            identity_nodes=_identity_nodes(env, nodes),
            cluster_token_configured=bool(cluster_token(env)),
            node_proxy_url=_service_url(env, "NODE_PROXY_URL", "http://127.0.0.1:3002"),
            dhcp_tokens_url=_service_url(env, "DHCP_TOKENS_URL", "http://127.0.0.1:8080"),
            listen=_public(env, door),
            plain=_plain(env, door),
            internal=env.listen(
                "GATEWAY_INTERNAL_LISTEN",
                default="127.0.0.1:3001",
                help="Where other services of ours ask; not for people.",
            ),
            metrics=common.metrics_listen(env, "METRICS_PORT", default="9461"),
            log_level=common.log_level(env),
            sandbox=env.flag(
                "COMPANION_SANDBOX",
                default=False,
                help="The nodes are simulated ones: the sign-in page says how to get in.",
            ),
        )
        require_certificate(env, door)
        _check_mode(env, settings)
        common.finish(env)
        return settings


def _check_mode(env: Env, settings: Settings) -> None:
    """Say what each mode makes of the other settings."""
    if not settings.session_auth:
        env.warning(NOTICE)
        return
    require_https(env, settings.transport)
    if settings.cluster_token_configured:
        env.warning(
            f"{CLUSTER_TOKEN} acts for nobody while people sign in: make a token for background "
            f"work (TECHNITIUM_BACKGROUND_TOKEN), then remove {CLUSTER_TOKEN} and end its token."
        )
    is_local = settings.listen.unix is not None or settings.listen.host in _LOOPBACK
    if settings.transport.trust_proxy and not (is_local or env.raw("TRUSTED_PROXIES")):
        env.warning(
            "TRUST_PROXY is true and TRUSTED_PROXIES is not set, so only a proxy on this machine "
            "is believed: name the addresses of the proxy in TRUSTED_PROXIES. If it is on this "
            "machine, set PORT to 127.0.0.1 and a port."
        )


def _identity_nodes(env: Env, nodes: tuple[NodeConfig, ...]) -> tuple[str, ...]:
    """The nodes that say to other applications who somebody is; the first one unless set."""
    name = "AUTH_IDENTITY_NODE"
    wanted = env.csv(
        name,
        help="The node whose cluster says to other applications who somebody is; several by comma "
        "where they are of one cluster and its addresses are not those of the settings.",
    )
    found = {each: find(nodes, each) for each in wanted}
    for each, node in found.items():
        if node is None and nodes:
            env.problem(f"{name} names none of TECHNITIUM_NODES: {each[:64]!r}.")
    return tuple(node.id for node in found.values() if node) or tuple(n.id for n in nodes[:1])


def _public(env: Env, door: TransportSettings) -> Listen:
    """HTTPS_PORT with our own TLS, else PORT behind a proxy."""
    https_port = _port(
        env, "HTTPS_PORT", "3443", help_="Where HTTPS is served, with HTTPS_ENABLED."
    )
    port = _port(
        env,
        "PORT",
        "3000",
        help_="Where HTTP is served: to the proxy that ends TLS, or to everybody without sign-in; "
        "with HTTPS_ENABLED, if set, where pages are sent to HTTPS.",
    )
    if not door.https:
        return port
    if door.cert is None or door.key is None:
        # A problem by now, said by `require_certificate`.
        return https_port
    return https_port.with_tls(TlsFiles(cert=door.cert, key=door.key, ca=door.ca))


def _plain(env: Env, door: TransportSettings) -> Listen | None:
    """PORT beside our own TLS, if it was set: for pages that are asked for by http."""
    if not door.https or env.raw("PORT") is None:
        return None
    return _port(env, "PORT", "3000", help_="")


def _port(env: Env, name: str, default: str, *, help_: str) -> Listen:
    """A port on every address, an address with a port, or a Unix socket."""

    def parse(text: str) -> Listen:
        return Listen.parse(f"{_EVERYWHERE}:{text}" if text.isdigit() else text, variable=name)

    env.declare(name, default=default, help=help_)
    return env.parsed(name, parse, default=parse(default))


def _service_url(env: Env, name: str, default: str) -> str:
    url = env.url(name, default=default, help="Where the door forwards to.")
    return url.rstrip("/")
