"""The settings of the way to a service: its own TLS, the proxies it believes, other origins."""

from dataclasses import replace
from ipaddress import IPv4Network, IPv6Network

from companion.asgi.forwarded import TransportSettings
from companion.env import forms
from companion.env.reader import Env

LOOPBACK = "127.0.0.0/8,::1/128"
UNIX_PEERS = "unix"


def transport(env: Env, *, is_door: bool = True) -> TransportSettings:
    """How requests reach a service: its own TLS, the proxies it believes, other origins.

    The door is what clients reach, so HTTPS_* are about it alone. A service behind it always has
    a proxy in front, which is believed unless TRUST_PROXY says otherwise.
    """
    trust_proxy = env.flag(
        "TRUST_PROXY",
        default=not is_door,
        help="A proxy in front ends TLS; its forwarded headers count.",
    )
    env.declare("TRUSTED_PROXIES", default=LOOPBACK)
    trusted, trust_unix = env.parsed(
        "TRUSTED_PROXIES",
        _proxies,
        default=_proxies(LOOPBACK),
        help="Networks of the proxies whose forwarded headers count; unix stands for a socket.",
    )
    hops = env.integer(
        "TRUST_PROXY_HOPS",
        default=1,
        minimum=1,
        maximum=32,
        help="How many addresses of X-Forwarded-For are read, from the right.",
    )
    allowed_hosts: tuple[str, ...] = env.parsed(
        "ALLOWED_HOSTS",
        forms.hosts,
        default=(),
        help="Host names that are served, beside addresses and localhost. Unset: all of them "
        "where people sign in, no other where nobody does.",
    )
    _warn_of_everybody(env, trusted if trust_proxy else ())
    settings = TransportSettings(
        trust_proxy=trust_proxy,
        trusted=trusted,
        trust_unix=trust_unix,
        hops=hops,
        allowed_hosts=allowed_hosts,
        cors_origins=_cors_origins(env),
    )
    return _with_tls(env, settings) if is_door else settings


def _cors_origins(env: Env) -> tuple[str, ...]:
    """CORS_ORIGIN is what early versions of the Companion called it."""
    older: tuple[str, ...] = env.parsed(
        "CORS_ORIGIN", forms.origins, default=(), help="The older name of CORS_ORIGINS."
    )
    origins: tuple[str, ...] = env.parsed(
        "CORS_ORIGINS",
        forms.origins,
        default=(),
        help="Other origins whose pages may call the API with the cookie; exact matches only.",
    )
    if older:
        used = "CORS_ORIGINS is used instead" if origins else "it is read as CORS_ORIGINS"
        env.warning(f"CORS_ORIGIN is an older name and {used}: rename it.")
    return origins or older


def _warn_of_everybody(env: Env, trusted: tuple[IPv4Network | IPv6Network, ...]) -> None:
    """A network of all addresses is allowed, since a firewall may stand in front."""
    for network in trusted:
        if network.prefixlen == 0:
            env.warning(
                f"TRUSTED_PROXIES names every address ({network}): whoever reaches this service "
                "can say where a request comes from and that it came over HTTPS. Name the proxy's "
                "own address instead."
            )


def _with_tls(env: Env, settings: TransportSettings) -> TransportSettings:
    https = env.flag(
        "HTTPS_ENABLED", default=False, help="Serve HTTPS with HTTPS_CERT_PATH and HTTPS_KEY_PATH."
    )
    return replace(
        settings,
        https=https,
        cert=env.path("HTTPS_CERT_PATH", must_read=https, help="Certificate chain, PEM."),
        key=env.path("HTTPS_KEY_PATH", must_read=https, help="Key of the certificate, PEM."),
        ca=env.path("HTTPS_CA_PATH", must_read=https, help="Certificates completing the chain."),
    )


def _proxies(text: str) -> tuple[tuple[IPv4Network | IPv6Network, ...], bool]:
    """The networks, and whether Unix sockets are among them."""
    parts = forms.csv(text.lower())
    networks = forms.cidrs(",".join(part for part in parts if part != UNIX_PEERS))
    return networks, UNIX_PEERS in parts


def require_https(env: Env, settings: TransportSettings) -> None:
    """Make it a problem unless HTTPS is certain: sessions travel over nothing else."""
    if not settings.https and not settings.trust_proxy:
        env.problem(
            "Signing in needs HTTPS: set HTTPS_ENABLED=true with HTTPS_CERT_PATH and "
            "HTTPS_KEY_PATH, or TRUST_PROXY=true with TRUSTED_PROXIES naming the proxy that ends "
            "TLS."
        )


def require_certificate(env: Env, settings: TransportSettings) -> None:
    """Make it a problem when HTTPS is to be served with nothing to serve it with."""
    if not settings.https:
        return
    for name, path in (("HTTPS_CERT_PATH", settings.cert), ("HTTPS_KEY_PATH", settings.key)):
        if path is None and env.raw(name) is None:
            env.problem(f"HTTPS_ENABLED is true, so {name} must name a PEM file.")
