"""What a sign-in teaches about a node.

Whether it believes us who the client is, and how long its session lasts without a call.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from companion.ip import read_ip

# Technitium's timeouts are minutes to months; what is longer is a node's joke.
MAX_TIMEOUT_S: Final = 10 * 365 * 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Lessons:
    """What one profile says; None where it says nothing."""

    honours_real_ip: bool | None
    timeout_s: int | None


def lessons(profile: Mapping[str, Any], *, sent_ip: str | None) -> Lessons:
    """Read `user/profile/get`, which was asked with the address `sent_ip` in X-Real-IP."""
    return Lessons(
        honours_real_ip=_honours(profile, sent_ip),
        timeout_s=_timeout_s(profile.get("sessionTimeoutSeconds")),
    )


def _timeout_s(told: object) -> int | None:
    if not isinstance(told, int) or isinstance(told, bool):
        return None
    return told if 0 <= told <= MAX_TIMEOUT_S else None


def _honours(profile: Mapping[str, Any], sent_ip: str | None) -> bool | None:
    """Whether the node saw the address that we told it.

    A client on a loopback address proves nothing: the gateway itself may look the same.
    """
    told = _current_session(profile).get("lastSeenRemoteAddress")
    sent = read_ip(sent_ip) if sent_ip else None
    seen = read_ip(told) if isinstance(told, str) else None
    if sent is None or seen is None or sent.is_loopback:
        return None
    return sent == seen


def _current_session(profile: Mapping[str, Any]) -> Mapping[str, Any]:
    sessions = profile.get("sessions")
    for session in sessions if isinstance(sessions, list) else []:
        if isinstance(session, dict) and session.get("isCurrentSession") is True:
            return session
    return {}
