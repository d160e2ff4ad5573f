"""The check of name, password and code, in the order in which a node makes it."""

from technitium_sandbox.accounts import totp
from technitium_sandbox.accounts.directory import User
from technitium_sandbox.accounts.lockout import BLOCK_S, MAX_FAILURES
from technitium_sandbox.calls.errors import ApiError, SignInRefused, TotpRequired
from technitium_sandbox.calls.routing import Call


def authenticate(call: Call, *, username: str, password: str) -> User:
    """Lock, password, code, then whether the account is disabled.

    Raises:
        SignInRefused: The password or the code is wrong; counts toward the lock.
        TotpRequired: The password is right and a code is needed.
        ApiError: The network is locked, or the account is disabled.
    """
    node, now = call.node, call.node.clock.now()
    if node.lockout.is_blocked(call.address, now):
        raise ApiError(
            f"Max limit of {MAX_FAILURES} attempts exceeded. Access blocked for {BLOCK_S} seconds."
        )
    user = node.directory.users.get(username.lower())
    if user is None or not user.password.matches(password):
        if (username, password) != ("admin", "admin"):
            node.lockout.count_failure(call.address, now)
        raise SignInRefused(f"Invalid username or password for user: {username}")
    _check_code(call, user, username)
    node.lockout.clear(call.address)
    if user.disabled:
        raise ApiError("User account is disabled. Please contact your administrator.")
    return user


def wrong_code(username: str) -> str:
    return f"Invalid time-based one-time password (TOTP) was attempted for user: {username}"


def _check_code(call: Call, user: User, username: str) -> None:
    if not user.totp_enabled or user.totp_secret is None or not call.node.version.has_totp:
        return
    attempt = call.parameters.optional("totp")
    if attempt is None:
        raise TotpRequired(username)
    now = call.node.clock.now()
    if not totp.accepts(user.totp_secret, attempt, now):
        call.node.lockout.count_failure(call.address, now)
        raise SignInRefused(wrong_code(username))
