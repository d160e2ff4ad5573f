"""`/api/user/…`: signing in and out, the session, and one's own profile."""

from technitium_sandbox.accounts import sign_in
from technitium_sandbox.accounts.directory import Password
from technitium_sandbox.accounts.people import identity, info, user_details
from technitium_sandbox.accounts.sessions import Kind
from technitium_sandbox.accounts.tokens import (
    current_session,
    end_session,
    find_session,
    open_session,
)
from technitium_sandbox.calls.errors import ApiError, access_denied
from technitium_sandbox.calls.routing import Call, Outcome


def login(call: Call) -> Outcome:
    username, password = call.parameters.required("user"), call.parameters.required("pass")
    include_info = call.parameters.flag("includeInfo")
    user = sign_in.authenticate(call, username=username, password=password)
    session = open_session(call, user, Kind.STANDARD)
    fields = identity(session, user, call.node.version)
    if include_info:
        fields["info"] = info(call, user)
    return fields


def logout(call: Call) -> Outcome:
    """Ends whatever session has that token, API tokens included; an unknown one is fine."""
    if call.token is None:
        raise ApiError(call.node.version.missing_logout_token)
    call.node.sessions.end(call.token)
    return {}


def session_get(call: Call) -> Outcome:
    session = current_session(call)
    return {**identity(session, call.user, call.node.version), "info": info(call, call.user)}


def session_delete(call: Call) -> Outcome:
    session = find_session(call)
    if session.username != call.user.username:
        raise access_denied()
    return end_session(call, session)


def profile_get(call: Call) -> Outcome:
    """The session's owner, also when another node asks for somebody: a quirk of real nodes."""
    owner = call.node.directory.user(current_session(call).username)
    return user_details(call, owner)


def profile_set(call: Call) -> Outcome:
    call.require_standard()
    user = call.user
    display_name = call.parameters.present("displayName")
    timeout = call.parameters.optional("sessionTimeoutSeconds")
    if display_name is not None:
        user.display_name = display_name or user.username
    if timeout is not None:
        user.set_timeout(call.parameters.integer("sessionTimeoutSeconds", 0))
    call.node.users_changed()
    return user_details(call, user)


def change_password(call: Call) -> Outcome:
    call.require_standard()
    user, password = call.user, call.parameters.required("pass")
    if call.node.version.checks_old_password:
        new = call.parameters.required("newPass")
        user = sign_in.authenticate(call, username=user.username, password=password)
    else:
        new = password
    user.password = Password.of(new, call.node.randomness)
    call.node.users_changed()
    return {}


def check_for_update(_call: Call) -> Outcome:
    """A sandbox has no way to the internet."""
    return {"updateAvailable": False}
