"""`/api/admin/users/…`: what administrators do with people."""

from technitium_sandbox.accounts import two_factor_api
from technitium_sandbox.accounts.directory import MAX_NAME_CHARS, Password, User, check_username
from technitium_sandbox.accounts.people import user_details, user_summary
from technitium_sandbox.accounts.permissions import ADMINISTRATORS, EVERYONE
from technitium_sandbox.accounts.sessions import Kind
from technitium_sandbox.calls.errors import ApiError
from technitium_sandbox.calls.parameters import as_bool, as_items
from technitium_sandbox.calls.routing import Call, Outcome

MAX_USERS = 255


def users_list(call: Call) -> Outcome:
    users = call.node.directory.users
    return {"users": [user_summary(users[name], call.node.version) for name in sorted(users)]}


def users_get(call: Call) -> Outcome:
    directory = call.node.directory
    user = directory.user(call.parameters.required("user"))
    fields = user_details(call, user)
    if call.parameters.flag("includeGroups"):
        fields["groups"] = sorted(set(directory.groups) - {EVERYONE}, key=str.lower)
    return fields


def users_create(call: Call) -> Outcome:
    directory, parameters = call.node.directory, call.parameters
    username, password = parameters.required("user"), parameters.required("pass")
    display_name, version = parameters.optional("displayName"), call.node.version
    name = check_username(username, allows_at=version.allows_at_in_names)
    if name in directory.users:
        raise ApiError(f"User already exists: {name}")
    if display_name is None and version.needs_display_name:
        raise ApiError("Object reference not set to an instance of an object.")
    if len(directory.users) >= MAX_USERS:
        raise ApiError(f"Cannot create more than {MAX_USERS} users.")
    user = User(
        username=name,
        display_name=_display_name(display_name or username),
        password=Password.of(password, call.node.randomness),
    )
    directory.add_user(user)
    call.node.users_changed()
    return user_summary(user, version)


def users_set(call: Call) -> Outcome:
    """Part by part: what came before a part that fails stays done, as on real nodes."""
    user = call.node.directory.user(call.parameters.required("user"))
    for change in (_rename, _describe, _switch_totp_off, _reset_password, _regroup, _disable):
        change(call, user)
    timeout = call.parameters.optional("sessionTimeoutSeconds")
    if timeout is not None:
        user.set_timeout(call.parameters.integer("sessionTimeoutSeconds", 0))
    call.node.users_changed()
    if not call.node.version.marks_session_when_set:
        call.session = None
    return user_details(call, user)


def users_delete(call: Call) -> Outcome:
    node, name = call.node, call.parameters.required("user")
    user = node.directory.users.get(name.lower())
    if user is call.user:
        raise ApiError("Invalid operation: cannot delete current user.")
    if user is None:
        clustered = f"No such user exists: {name}"
        raise ApiError(clustered if node.cluster else f"Failed to delete user: {name}")
    if _owns_cluster(call, user):
        raise ApiError(
            "Invalid operation: cannot delete a user who initialized the Cluster"
            " and owns the Cluster API token."
        )
    node.directory.remove_user(user)
    node.zones.forget_user(user.username)
    node.sessions.end_where(lambda one: one.username == user.username)
    node.users_changed()
    return {}


def _rename(call: Call, user: User) -> None:
    wanted = call.parameters.optional("newUser")
    if wanted is None:
        return
    directory = call.node.directory
    name = check_username(wanted, allows_at=call.node.version.allows_at_in_names)
    if name in directory.users and directory.users[name] is not user:
        raise ApiError(f"User already exists: {wanted}")
    del directory.users[user.username]
    for session in call.node.sessions:
        if session.username == user.username:
            session.username = name
    for grants in directory.sections.values():
        if user.username in grants.users:
            grants.users[name] = grants.users.pop(user.username)
    user.username = name
    directory.users[name] = user


def _describe(call: Call, user: User) -> None:
    name = call.parameters.present("displayName")
    if name is not None:
        user.display_name = _display_name(name or user.username)


def _switch_totp_off(call: Call, user: User) -> None:
    wanted, version = call.parameters.optional("totpEnabled"), call.node.version
    if wanted is None or not version.has_totp:
        return
    if as_bool(wanted):
        raise ApiError(
            "Time-based one-time password (TOTP) can be enabled only by the user"
            f" {version.person_oneself}."
        )
    two_factor_api.switch_off(call, user.username)


def _reset_password(call: Call, user: User) -> None:
    password = call.parameters.optional("newPass")
    if password is not None:
        user.password = Password.of(password, call.node.randomness)


def _regroup(call: Call, user: User) -> None:
    wanted = call.parameters.present("memberOfGroups")
    if wanted is None:
        return
    groups = {call.node.directory.group(name).name for name in as_items(wanted)}
    if user is call.user or _owns_cluster(call, user):
        groups.add(ADMINISTRATORS)
    user.groups = groups | {EVERYONE}


def _disable(call: Call, user: User) -> None:
    wanted = call.parameters.optional("disabled")
    if wanted is None or _owns_cluster(call, user):
        return
    disabled = as_bool(wanted)
    if disabled and user is call.user:
        if not call.node.version.refuses_to_disable_oneself:
            return
        raise ApiError("Cannot update user profile: cannot disable current user's account.")
    user.disabled = disabled
    if disabled:
        call.node.sessions.end_where(
            lambda one: one.kind is Kind.STANDARD and one.username == user.username
        )


def _owns_cluster(call: Call, user: User) -> bool:
    return any(
        one.kind is Kind.CLUSTER and one.username == user.username for one in call.node.sessions
    )


def _display_name(name: str) -> str:
    if len(name) > MAX_NAME_CHARS:
        raise ApiError(
            "Display name length cannot exceed 255 characters. (Parameter 'DisplayName')"
        )
    return name
