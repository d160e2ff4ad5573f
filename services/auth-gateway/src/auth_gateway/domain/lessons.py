"""What a sign-in teaches about a node.

Whether it believes us who the client is, and how long its session lasts without a call.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Lessons:
    """What one profile says; None where it says nothing."""

    honours_real_ip: bool | None
    timeout_s: int | None


def lessons(profile: Mapping[str, Any], *, sent_ip: str | None) -> Lessons:
    """Read `user/profile/get`, which was asked with the address `sent_ip` in X-Real-IP."""
    timeout = profile.get("sessionTimeoutSeconds")
    is_count = isinstance(timeout, int) and not isinstance(timeout, bool) and timeout >= 0
    return Lessons(
        honours_real_ip=_honours(profile, sent_ip), timeout_s=timeout if is_count else None
    )


def _honours(profile: Mapping[str, Any], sent_ip: str | None) -> bool | None:
    """Whether the node saw the address that we told it.

    A client on a loopback address proves nothing: the gateway itself may look the same.
    """
    sent = _address(sent_ip)
    seen = _address(_current_session(profile).get("lastSeenRemoteAddress"))
    if sent is None or seen is None or sent.is_loopback:
        return None
    return sent == seen


def _current_session(profile: Mapping[str, Any]) -> Mapping[str, Any]:
    sessions = profile.get("sessions")
    for session in sessions if isinstance(sessions, list) else []:
        if isinstance(session, dict) and session.get("isCurrentSession") is True:
            return session
    return {}


def _address(text: object) -> IPv4Address | IPv6Address | None:
    if not isinstance(text, str):
        return None
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
