"""Where people reach the stack: by HTTPS, and by plain HTTP where that may be."""

from dataclasses import dataclass

from companion.address import Listen
from companion.env import Env

from companion_local.ports import LOOPBACK

HTTPS_PORT = 3443
PLAIN_PORT = 3000


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """What the gateway listens on; at least one of them. Both: pages of `plain` are sent to it."""

    https: Listen | None
    plain: Listen | None

    @property
    def listeners(self) -> tuple[Listen, ...]:
        return tuple(listen for listen in (self.https, self.plain) if listen is not None)

    @property
    def address(self) -> str:
        """What a person on this machine types."""
        if self.https is not None:
            return f"https://localhost:{self.https.port}"
        return f"http://localhost:{self.plain.port if self.plain else PLAIN_PORT}"

    def variables(self) -> dict[str, str]:
        """How the gateway is told."""
        told = {"HTTPS_ENABLED": "false" if self.https is None else "true"}
        if self.https is not None:
            told["HTTPS_PORT"] = str(self.https)
        if self.plain is not None:
            told["PORT"] = str(self.plain)
        return told


def read_front(env: Env, *, session_auth: bool) -> Front:
    """HTTPS unless it was switched off, which takes a proxy that ends TLS, or nobody to sign in."""
    https = _listen(
        env,
        "HTTPS_PORT",
        HTTPS_PORT,
        "Where browsers find the stack: a port of this machine, or an address and a port.",
    )
    plain = _listen(env, "PORT", PLAIN_PORT, "Where plain HTTP is served, if at all.")
    has_proxy = env.flag("TRUST_PROXY", default=False, help="A proxy in front ends TLS.")
    if env.flag("HTTPS_ENABLED", default=True, help="false: plain HTTP at PORT.") is False:
        if session_auth and not has_proxy:
            env.problem(
                "HTTPS_ENABLED is false, but people sign in by HTTPS only: unset it, or set "
                "TRUST_PROXY=true where a proxy in front ends TLS."
            )
        return Front(https=None, plain=plain)
    return Front(https=https, plain=None if env.raw("PORT") is None else plain)


def _listen(env: Env, name: str, port: int, help_: str) -> Listen:
    listen = env.listen(name, default=f"{LOOPBACK}:{port}", help=help_)
    if listen.unix is not None:
        env.problem(f"{name} must be a port or an address with a port for this command.")
    return listen
