"""Which variables each process gets: what it reads, its own secrets, and nothing else.

Secrets are handed over as NAME_FILE; no value of one stands in a command line.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from companion.env.mode import CLUSTER_TOKEN
from companion.env.retired import retired
from companion.nodes import variable

# What any program may need of the machine it runs on.
MACHINE = frozenset(
    {"HOME", "LANG", "LC_ALL", "LC_CTYPE", "PATH", "SSL_CERT_DIR", "SSL_CERT_FILE", "TMPDIR", "TZ"}
)
SESSION_LIMITS = frozenset({"AUTH_SESSION_IDLE_HOURS", "AUTH_SESSION_MAX_AGE_HOURS"})
BROWSERS = frozenset({"ALLOWED_HOSTS", "CORS_ORIGIN", "CORS_ORIGINS"})
COMMON = frozenset({"LOG_LEVEL"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What of the operator's environment one service gets.

    `secrets` are passed as NAME_FILE too. Of names with one of the `prefixes` all are passed, so
    that the service can warn of one it does not know; but tokens only where they are `secrets`.
    """

    plain: frozenset[str] = frozenset()
    secrets: frozenset[str] = frozenset()
    prefixes: tuple[str, ...] = ("TECHNITIUM_",)


# With people's own tokens; each service reads what it needs of it.
_SHARES: Mapping[str, Share] = {
    "node-proxy": Share(
        plain=SESSION_LIMITS | BROWSERS,
        secrets=frozenset({"SESSION_KEYS", "SESSION_PEPPER", "INTERNAL_SECRET"}),
    ),
    "ptr-worker": Share(secrets=frozenset({"TECHNITIUM_BACKGROUND_TOKEN"})),
    "dhcp-tokens": Share(plain=BROWSERS, secrets=frozenset({"INTERNAL_SECRET"}), prefixes=()),
    "auth-gateway": Share(
        plain=BROWSERS
        | {
            "HTTPS_CA_PATH",
            "HTTPS_CERT_PATH",
            "HTTPS_KEY_PATH",
            "TRUST_PROXY",
            "TRUST_PROXY_HOPS",
            "TRUSTED_PROXIES",
        },
        secrets=frozenset(
            {"SESSION_KEYS", "SESSION_PEPPER", "INTERNAL_SECRET", "TECHNITIUM_CLUSTER_TOKEN"}
        ),
        prefixes=("AUTH_", "TECHNITIUM_"),
    ),
}


def shares(*, session_auth: bool, node_ids: tuple[str, ...] = ()) -> Mapping[str, Share]:
    """What each service gets.

    Tokens that act for everybody reach node-proxy alone, and only where nobody signs in; the
    cluster's reaches the gateway in any case, which can make a better one with it.
    """
    if session_auth:
        return _SHARES
    tokens = {CLUSTER_TOKEN, *(variable(node_id, "TOKEN") for node_id in node_ids)}
    proxy = _SHARES["node-proxy"]
    return {**_SHARES, "node-proxy": replace(proxy, secrets=proxy.secrets | tokens)}


def machine(variables: Mapping[str, str]) -> dict[str, str]:
    """What every process gets; output is not held back, so the last words of a crash are seen."""
    kept = {name: value for name, value in variables.items() if name in MACHINE}
    return kept | {"PYTHONUNBUFFERED": "1"}


def of_service(
    share: Share,
    variables: Mapping[str, str],
    *,
    own: Mapping[str, str],
    secrets: Mapping[str, str],
) -> dict[str, str]:
    """The environment of one service.

    Args:
        share: The service's, of `shares`.
        variables: The operator's environment; an empty value is an unset one.
        own: What the launcher decided; it wins.
        secrets: Files of the secrets made here, by NAME. One that the operator set wins.
    """
    given = {key: value for key, value in variables.items() if value.strip()}
    passed = {key: value for key, value in given.items() if _is_for(share, key)}
    for secret in share.secrets & secrets.keys():
        if secret not in passed and f"{secret}_FILE" not in passed:
            passed[f"{secret}_FILE"] = secrets[secret]
    return machine(variables) | passed | dict(own)


def _is_for(share: Share, name: str) -> bool:
    if name.removesuffix("_FILE") in share.secrets:
        return True
    if name in share.plain or name in COMMON:
        return True
    if is_token(name) or retired(name):
        return False
    return name.startswith(share.prefixes)


def is_token(name: str) -> bool:
    """Whether a variable looks like a token; such a one reaches only the service that needs it."""
    return name.removesuffix("_FILE").endswith("_TOKEN")
