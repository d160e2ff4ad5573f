"""Passwords, codes and the lock, as a node of the demonstration checks them."""

import asyncio
import time

import httpx
from technitium_sandbox.accounts.totp import STEP_S, TOLERANCE_STEPS, code

from tests.support.sandbox import TOTP_SECRET, Sandbox, sandbox, totp_code
from tests.technitium_sandbox.caller import Caller

BLOCKED = "Max limit of 5 attempts exceeded. Access blocked for 300 seconds."


async def test_rights_follow_the_groups_of_the_demonstration(caller: Caller) -> None:
    viewer = await caller.sign_in("ns1", "viewer", includeInfo="true")
    desk = await caller.sign_in("ns1", "dhcp", includeInfo="true")

    seen = viewer["info"]["permissions"]
    assert seen["Dashboard"] == {"canView": True, "canModify": False, "canDelete": False}
    assert seen["Settings"] == {"canView": False, "canModify": False, "canDelete": False}
    assert desk["info"]["permissions"]["DhcpServer"]["canDelete"] is True
    assert desk["info"]["permissions"]["Administration"]["canView"] is False


async def test_a_code_is_asked_for_only_after_the_right_password(caller: Caller) -> None:
    without = await caller.sign_in("ns1", "totp")
    wrong = await caller.sign_in("ns1", "totp", "nonsense")
    right = await caller.sign_in("ns1", "totp", totp=totp_code(caller.lab))
    again = await caller.sign_in("ns1", "totp", totp=totp_code(caller.lab))

    assert without["status"] == "2fa-required"
    assert wrong["errorMessage"] == "Invalid username or password for user: totp"
    assert right["totpEnabled"] is True
    assert again["status"] == "ok"


async def test_a_code_is_good_for_ten_steps_either_side(caller: Caller) -> None:
    now = caller.lab.clock.now()
    edge, beyond = TOLERANCE_STEPS * STEP_S, (TOLERANCE_STEPS + 1) * STEP_S

    early = await caller.sign_in("ns1", "totp", totp=code(TOTP_SECRET, now + edge))
    late = await caller.sign_in("ns1", "totp", totp=code(TOTP_SECRET, now - edge + STEP_S))
    too_late = await caller.sign_in("ns1", "totp", totp=code(TOTP_SECRET, now - beyond - STEP_S))

    assert (early["status"], late["status"]) == ("ok", "ok")
    assert too_late["errorMessage"].startswith("Invalid time-based one-time password")


async def test_five_failures_lock_a_network_for_five_minutes(caller: Caller) -> None:
    for _ in range(5):
        await caller.sign_in("ns1", "admin", "wrong", real_ip="198.51.100.7")

    blocked = await caller.sign_in("ns1", real_ip="198.51.100.7")
    other_network = await caller.sign_in("ns1", real_ip="198.51.100.8")
    other_node = await caller.sign_in("ns2", real_ip="198.51.100.7")
    caller.lab.clock.advance(301)
    afterwards = await caller.sign_in("ns1", real_ip="198.51.100.7")

    assert blocked["errorMessage"] == BLOCKED
    assert [one["status"] for one in (other_network, other_node, afterwards)] == ["ok"] * 3


async def test_one_ipv6_network_of_64_bits_is_locked_together(caller: Caller) -> None:
    for host in range(5):
        await caller.sign_in("ns1", "admin", "wrong", real_ip=f"2001:db8::{host + 1}")

    neighbour = await caller.sign_in("ns1", real_ip="2001:db8::ffff")
    stranger = await caller.sign_in("ns1", real_ip="2001:db8:0:1::1")

    assert neighbour["errorMessage"] == BLOCKED
    assert stranger["status"] == "ok"


async def test_the_lock_is_forgotten_by_a_restart(caller: Caller) -> None:
    for _ in range(5):
        await caller.sign_in("ns1", "viewer", "wrong")

    await caller.lab.stop("ns1")
    await caller.lab.start("ns1")

    assert (await caller.sign_in("ns1", "viewer"))["status"] == "ok"


async def test_admin_admin_is_never_counted(caller: Caller) -> None:
    token = await caller.token("ns1")
    form = {"pass": "admin", "newPass": "changed"}
    await caller.call("ns1", "/api/user/changePassword", form, token=token)

    answers = [await caller.sign_in("ns1") for _ in range(7)]

    refused = "Invalid username or password for user: admin"
    assert {answer["errorMessage"] for answer in answers} == {refused}


async def test_only_a_failure_is_held_back() -> None:
    delay_s = 0.3
    async with sandbox(failure_delay_s=delay_s) as lab, httpx.AsyncClient() as client:
        caller = Caller(lab, client)
        began = time.monotonic()
        failure = asyncio.create_task(caller.sign_in("ns1", "admin", "wrong"))
        await caller.sign_in("ns1")
        success_took_s = time.monotonic() - began
        await failure

        assert time.monotonic() - began >= delay_s > success_took_s


async def test_what_came_in_is_recorded_with_its_secrets_for_code_alone(
    lab: Sandbox, caller: Caller
) -> None:
    token = await caller.token("ns1")
    await caller.call("ns1", "/api/user/session/get", token=token)

    signed_in, asked = lab.requests.of("ns1")

    assert signed_in.form == {"user": "admin", "pass": "admin"}
    assert asked.bearer == token
    shown = str(lab.requests.shown())
    assert token not in shown
    assert "'pass': '<password>'" in shown
    assert "Bearer <token:admin@ns1>" in shown
