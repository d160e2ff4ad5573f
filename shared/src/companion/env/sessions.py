"""The settings of sessions: the keys that open them and the limits that end them."""

from collections.abc import Callable
from dataclasses import dataclass

from companion.env.reader import Env
from companion.secret import Secret
from companion.sessions.limits import SessionLimits
from companion.sessions.seal import KeyRing, Pepper


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSettings:
    """What opens sessions and what ends them; of use once `Env.finish` has returned."""

    keys: Secret
    peppers: Secret
    limits: SessionLimits

    @property
    def keyring(self) -> KeyRing:
        return KeyRing.from_text(self.keys.reveal())

    @property
    def pepper(self) -> Pepper:
        return Pepper.from_text(self.peppers.reveal())


def sessions(env: Env) -> SessionSettings:
    return SessionSettings(
        keys=_checked_secret(
            env,
            "SESSION_KEYS",
            KeyRing.from_text,
            help_="Keys that seal sessions, 32 bytes of base64 each, separated by commas: the "
            "first seals, all open.",
        ),
        peppers=_checked_secret(
            env,
            "SESSION_PEPPER",
            Pepper.from_text,
            help_="Secrets that turn cookies into Redis keys, separated by commas.",
        ),
        limits=_session_limits(env),
    )


def _checked_secret(env: Env, name: str, check: Callable[[str], object], *, help_: str) -> Secret:
    """A secret that must be there; a malformed one is a problem like any other."""
    secret = env.secret(name, required=True, help=help_)
    if secret:
        try:
            check(secret.reveal())
        except ValueError as exc:
            env.problem(f"{name} cannot be used: {exc}")
    return secret


def _session_limits(env: Env) -> SessionLimits:
    return SessionLimits(
        idle_s=env.hours(
            "AUTH_SESSION_IDLE_HOURS",
            default=8,
            help="A session ends after this many hours without activity.",
        ),
        max_age_s=env.hours(
            "AUTH_SESSION_MAX_AGE_HOURS",
            default=24,
            help="A session ends this many hours after the sign-in, whatever happens.",
        ),
    )
