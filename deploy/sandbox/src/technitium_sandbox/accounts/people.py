"""How people, their sessions and what they may do look in answers."""

from technitium_sandbox.accounts.directory import User
from technitium_sandbox.accounts.permissions import EVERYONE, as_flags
from technitium_sandbox.accounts.sessions import Kind, Session
from technitium_sandbox.calls.routing import Call
from technitium_sandbox.clock import timestamp
from technitium_sandbox.versions import Version


def user_summary(user: User, version: Version) -> dict[str, object]:
    return {
        "displayName": user.display_name,
        "username": user.username,
        **_kind_of_user(user, version),
        "disabled": user.disabled,
        "previousSessionLoggedOn": timestamp(user.previous.at),
        "previousSessionRemoteAddress": user.previous.address,
        "recentSessionLoggedOn": timestamp(user.recent.at),
        "recentSessionRemoteAddress": user.recent.address,
    }


def user_details(call: Call, user: User) -> dict[str, object]:
    return {
        **user_summary(user, call.node.version),
        "sessionTimeoutSeconds": user.session_timeout_s,
        **({"ssoManagedGroups": False} if call.node.version.has_sso else {}),
        "memberOfGroups": sorted(user.groups - {EVERYONE}, key=str.lower),
        "sessions": session_rows(call, user.username),
    }


def session_rows(call: Call, username: str | None = None) -> list[dict[str, object]]:
    """Live sessions of one user or of all, the one seen last first."""
    live = [one for one in call.node.live_sessions() if username in (None, one.username)]
    live.sort(key=lambda one: one.last_seen, reverse=True)
    rows = [one.row(is_current=one is call.session) for one in live]
    for row in rows:
        if row["type"] == Kind.CLUSTER.value:
            row["type"] = call.node.version.cluster_token_kind
    return rows


def token_fields(session: Session) -> dict[str, object]:
    return {
        "username": session.username,
        "tokenName": session.token_name,
        "token": session.token,
    }


def identity(session: Session, user: User, version: Version) -> dict[str, object]:
    """Who a session is, in the fields that its kind of token has."""
    if session.kind is Kind.STANDARD:
        return {
            "displayName": user.display_name,
            "username": user.username,
            **_kind_of_user(user, version),
            "token": session.token,
        }
    if session.kind is Kind.SINGLE_USE:
        return {"username": user.username, "token": session.token}
    return token_fields(session)


def _kind_of_user(user: User, version: Version) -> dict[str, object]:
    fields: dict[str, object] = {"isSsoUser": False} if version.has_sso else {}
    if version.has_totp:
        fields["totpEnabled"] = user.totp_enabled
    return fields


def info(call: Call, user: User) -> dict[str, object]:
    node = call.node
    bits = node.directory.all_bits(user)
    return {**node.info(), "permissions": {name: as_flags(bits[name]) for name in bits}}
