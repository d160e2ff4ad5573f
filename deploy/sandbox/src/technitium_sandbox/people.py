"""How people, their sessions and what they may do look in answers."""

from technitium_sandbox.accounts import User
from technitium_sandbox.clock import timestamp
from technitium_sandbox.permissions import EVERYONE, as_flags
from technitium_sandbox.routing import Call
from technitium_sandbox.sessions import Kind, Session


def user_summary(user: User) -> dict[str, object]:
    return {
        "displayName": user.display_name,
        "username": user.username,
        "isSsoUser": False,
        "totpEnabled": user.totp_enabled,
        "disabled": user.disabled,
        "previousSessionLoggedOn": timestamp(user.previous.at),
        "previousSessionRemoteAddress": user.previous.address,
        "recentSessionLoggedOn": timestamp(user.recent.at),
        "recentSessionRemoteAddress": user.recent.address,
    }


def user_details(call: Call, user: User) -> dict[str, object]:
    return {
        **user_summary(user),
        "sessionTimeoutSeconds": user.session_timeout_s,
        "ssoManagedGroups": False,
        "memberOfGroups": sorted(user.groups - {EVERYONE}, key=str.lower),
        "sessions": session_rows(call, user.username),
    }


def session_rows(call: Call, username: str | None = None) -> list[dict[str, object]]:
    """Live sessions of one user or of all, the one seen last first."""
    live = [one for one in call.node.live_sessions() if username in (None, one.username)]
    live.sort(key=lambda one: one.last_seen, reverse=True)
    return [one.row(is_current=one is call.session) for one in live]


def token_fields(session: Session) -> dict[str, object]:
    return {
        "username": session.username,
        "tokenName": session.token_name,
        "token": session.token,
    }


def identity(session: Session, user: User) -> dict[str, object]:
    """Who a session is, in the fields that its kind of token has."""
    if session.kind is Kind.STANDARD:
        return {
            "displayName": user.display_name,
            "username": user.username,
            "isSsoUser": False,
            "totpEnabled": user.totp_enabled,
            "token": session.token,
        }
    if session.kind is Kind.SINGLE_USE:
        return {"username": user.username, "token": session.token}
    return token_fields(session)


def info(call: Call, user: User) -> dict[str, object]:
    node = call.node
    bits = node.directory.all_bits(user)
    return {**node.info(), "permissions": {name: as_flags(bits[name]) for name in bits}}
