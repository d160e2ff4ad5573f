"""How long sessions and tokens live, and where."""

from tests.technitium_sandbox.caller import Caller


async def test_a_session_slides_while_it_is_used(caller: Caller) -> None:
    token = await caller.token("ns1")

    for _ in range(3):
        caller.lab.clock.advance(1_700)
        assert await caller.is_live("ns1", token)
    caller.lab.clock.advance(1_801)

    assert not await caller.is_live("ns1", token)


async def test_a_changed_timeout_counts_for_live_sessions(caller: Caller) -> None:
    token = await caller.token("ns1")
    form = {"sessionTimeoutSeconds": "60"}
    await caller.call("ns1", "/api/user/profile/set", form, token=token)

    caller.lab.clock.advance(61)

    assert not await caller.is_live("ns1", token)


async def test_an_api_token_does_not_expire(caller: Caller) -> None:
    form = {"user": "admin", "pass": "admin", "tokenName": "backup"}
    token = (await caller.call("ns1", "/api/user/createToken", form))["token"]

    caller.lab.clock.advance(2 * 86_400)

    assert await caller.is_live("ns1", token)


async def test_a_session_belongs_to_the_node_that_opened_it(caller: Caller) -> None:
    token = await caller.token("ns1")

    assert not await caller.is_live("ns2", token)


async def test_an_api_token_by_password_spreads_after_ten_seconds(caller: Caller) -> None:
    form = {"user": "admin", "pass": "admin", "tokenName": "backup"}
    token = (await caller.call("ns1", "/api/user/createToken", form))["token"]

    at_once = await caller.is_live("ns2", token)
    caller.lab.clock.advance(10.2)
    later = await caller.is_live("ns2", token)

    assert (at_once, later) == (False, True)


async def test_an_api_token_by_session_spreads_with_the_next_change(caller: Caller) -> None:
    session = await caller.token("ns1")
    form = {"tokenName": "backup"}
    token = (await caller.call("ns1", "/api/user/createToken", form, token=session))["token"]

    caller.lab.clock.advance(40)
    alone = await caller.is_live("ns2", token)
    session = await caller.token("ns1")
    form = {"user": "new", "pass": "new"}
    await caller.call("ns1", "/api/admin/users/create", form, token=session)
    caller.lab.clock.advance(10.2)

    assert not alone
    assert await caller.is_live("ns2", token)


async def test_sessions_outlive_a_clean_restart(caller: Caller) -> None:
    token = await caller.token("ns2")

    await caller.lab.stop("ns2")
    await caller.lab.start("ns2")

    assert await caller.is_live("ns2", token)
    assert caller.lab.nodes["ns2"].live_tokens("admin") == [token]


async def test_a_disabled_user_is_refused_on_the_secondaries_too(caller: Caller) -> None:
    admin, viewer = await caller.token("ns1"), await caller.token("ns3", "viewer")
    form = {"user": "viewer", "disabled": "true"}
    await caller.call("ns1", "/api/admin/users/set", form, token=admin)

    at_once = await caller.is_live("ns3", viewer)
    caller.lab.clock.advance(10.2)

    assert at_once
    assert not await caller.is_live("ns3", viewer)
