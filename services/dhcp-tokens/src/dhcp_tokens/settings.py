"""What dhcp-tokens reads from its environment."""

from dataclasses import dataclass, field
from typing import Self

from companion.address import Listen
from companion.asgi.forwarded import TransportSettings
from companion.env import Env
from companion.env.common import internal_secret, log_level, redis_url
from companion.env.mode import session_auth
from companion.env.transport import transport
from companion.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Read once at start; see docs/configuration.md."""

    # It may hold a password.
    redis_url: str = field(repr=False)
    internal_secret: Secret
    transport: TransportSettings
    session_auth: bool
    listen: Listen
    metrics: Listen
    log_level: int

    @classmethod
    def read(cls, env: Env) -> Self:
        """Read everything.

        Raises:
            SettingsRefused: With all problems at once.
        """
        settings = cls(
            redis_url=redis_url(env),
            internal_secret=internal_secret(env),
            transport=transport(env, is_door=False),
            session_auth=session_auth(env),
            listen=env.listen(
                "DHCP_TOKENS_LISTEN",
                default="127.0.0.1:8080",
                help="Where the DHCP API is served: address and port, or a Unix socket.",
            ),
            metrics=env.listen(
                "DHCP_TOKENS_METRICS_PORT",
                default="9464",
                help="Port, or address and port, of metrics and probes.",
            ),
            log_level=log_level(env),
        )
        env.retired()
        env.unknown(("TECHNITIUM_", "AUTH_"))
        env.finish()
        return settings
