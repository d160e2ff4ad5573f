"""What administrators do with people, groups and codes beyond the recorded story."""

from technitium_sandbox.accounts.totp import code

from tests.support.sandbox import totp_code
from tests.technitium_sandbox.caller import Caller, Form, Json


async def test_a_renamed_person_keeps_sessions_and_rights(caller: Caller) -> None:
    admin, viewer = await caller.token("ns1"), await caller.token("ns1", "viewer")
    rows = "viewer|true|true|false"
    await _admin(caller, "permissions/set", {"section": "Logs", "userPermissions": rows}, admin)

    await _admin(caller, "users/set", {"user": "viewer", "newUser": "Reader"}, admin)

    session = await caller.call("ns1", "/api/user/session/get", token=viewer)
    assert session["username"] == "reader"
    assert session["info"]["permissions"]["Logs"]["canModify"] is True
    assert (await caller.sign_in("ns1", "reader", "viewer"))["status"] == "ok"


async def test_what_came_before_a_failing_part_stays_done(caller: Caller) -> None:
    admin = await caller.token("ns1")
    form = {"user": "viewer", "displayName": "Changed", "memberOfGroups": "Nobody"}

    failed = await _admin(caller, "users/set", form, admin)

    assert failed["errorMessage"] == "No such group exists: Nobody"
    viewer = await _admin(caller, "users/get", {"user": "viewer"}, admin)
    assert viewer["response"]["displayName"] == "Changed"


async def test_administrators_cannot_lock_themselves_out(caller: Caller) -> None:
    admin = await caller.token("ns1")

    disabled = await _admin(caller, "users/set", {"user": "admin", "disabled": "true"}, admin)
    regrouped = await _admin(caller, "users/set", {"user": "admin", "memberOfGroups": ""}, admin)
    emptied = {"group": "Administrators", "members": ""}
    members = await _admin(caller, "groups/set", emptied, admin)

    # The owner of the cluster's token is never disabled, and nothing is said about it.
    assert disabled["response"]["disabled"] is False
    assert regrouped["response"]["memberOfGroups"] == ["Administrators"]
    assert members["response"]["members"] == ["admin"]


async def test_the_owner_of_the_cluster_cannot_be_deleted(caller: Caller) -> None:
    admin = await caller.token("ns1")
    await _admin(caller, "users/create", {"user": "second", "pass": "second"}, admin)
    form = {"user": "second", "memberOfGroups": "Administrators"}
    await _admin(caller, "users/set", form, admin)

    second = await caller.token("ns1", "second")
    refused = await _admin(caller, "users/delete", {"user": "admin"}, second)

    assert refused["errorMessage"].startswith("Invalid operation: cannot delete a user who init")


async def test_a_group_is_renamed_with_its_members_and_rights_and_removed(caller: Caller) -> None:
    admin = await caller.token("ns1")
    await _admin(caller, "groups/create", {"group": "Desk"}, admin)
    await _admin(caller, "groups/set", {"group": "Desk", "members": "viewer"}, admin)
    rows = "Desk|true|false|false"
    await _admin(
        caller, "permissions/set", {"section": "Settings", "groupPermissions": rows}, admin
    )

    form = {"group": "desk", "newGroup": "Help desk", "description": "First line"}
    renamed = await _admin(caller, "groups/set", form, admin)
    allowed = await _may_view_settings(caller)
    await _admin(caller, "groups/delete", {"group": "Help desk"}, admin)

    assert renamed["response"] == {
        "name": "Help desk",
        "description": "First line",
        "members": ["viewer"],
    }
    assert allowed
    assert not await _may_view_settings(caller)


async def test_built_in_groups_keep_their_names(caller: Caller) -> None:
    admin = await caller.token("ns1")
    form = {"group": "Administrators", "newGroup": "Bosses"}

    refused = await _admin(caller, "groups/set", form, admin)
    emptied = await _admin(caller, "groups/set", {"group": "Everyone", "members": "admin"}, admin)

    assert refused["errorMessage"] == emptied["errorMessage"] == "Access was denied."


async def test_a_code_is_switched_off_and_on_again_by_its_owner(caller: Caller) -> None:
    signed_in = await caller.sign_in("ns1", "totp", totp=totp_code(caller.lab))
    token = signed_in["token"]

    already = await caller.call("ns1", "/api/user/2fa/init", token=token)
    await caller.call("ns1", "/api/user/2fa/disable", token=token)
    without = await caller.sign_in("ns1", "totp")
    secret = (await caller.call("ns1", "/api/user/2fa/init", token=token))["response"]["secret"]
    form = {"totp": code(secret, caller.lab.clock.now())}
    await caller.call("ns1", "/api/user/2fa/enable", form, token=token)

    assert already["response"] == {"totpEnabled": True}
    assert without["status"] == "ok"
    assert (await caller.sign_in("ns1", "totp"))["status"] == "2fa-required"


async def _admin(caller: Caller, path: str, form: Form, token: str) -> Json:
    return await caller.call("ns1", f"/api/admin/{path}", form, token=token)


async def _may_view_settings(caller: Caller) -> bool:
    info = (await caller.sign_in("ns1", "viewer", includeInfo="true"))["info"]
    return bool(info["permissions"]["Settings"]["canView"])
