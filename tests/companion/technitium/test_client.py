"""One client before real behaviour of nodes: the sandbox's."""

from collections.abc import AsyncGenerator
from typing import Any

import pytest
from companion.nodes import NodeConfig
from companion.secret import Secret
from companion.technitium.calls import (
    APPS_LIST,
    CLUSTER_STATE,
    PROFILE_GET,
    SESSION_GET,
    SETTINGS_GET,
    SSO_STATUS,
    USER_SESSION_DELETE,
    ZONES_LIST,
)
from companion.technitium.client import NodeClient
from companion.technitium.errors import (
    NodeError,
    NodeGarbled,
    NodePermissionDenied,
    NodeRejected,
    NodeSessionExpired,
    NodeTimeout,
    NodeUnreachable,
    NodeVersionUnsupported,
)
from companion.technitium.late import LateLogins
from companion.technitium.login import LoginAnswer, LoginResult
from companion.technitium.pool import NodePool
from companion.technitium.transport import NodeConnections, RawAnswer

from tests.companion.technitium.raw_node import OK, RawNode, always, http, http_json
from tests.support.sandbox import Sandbox, fresh_nodes, sandbox, totp_code

TOKEN = Secret("a1" * 32)


@pytest.fixture
async def lab() -> AsyncGenerator[Sandbox]:
    async with sandbox() as nodes:
        yield nodes


@pytest.fixture
async def pool(lab: Sandbox) -> AsyncGenerator[NodePool]:
    configs = [
        NodeConfig(id=name, name=name, base_url=stand.url) for name, stand in lab.nodes.items()
    ]
    async with NodePool(configs) as clients:
        yield clients


async def sign_in(
    client: NodeClient, name: str, password: str | None = None, totp: str | None = None
) -> LoginAnswer:
    return await client.login(
        name,
        Secret(name if password is None else password),
        totp,
        real_ip="203.0.113.9",
        agent="(attempt 7f3a)",
        deadline_s=5,
    )


async def token_of(client: NodeClient, name: str = "admin") -> Secret:
    answer = await sign_in(client, name)
    assert answer.token is not None
    return answer.token


async def test_login_is_one_post_with_everything_in_the_form(lab: Sandbox, pool: NodePool) -> None:
    answer = await sign_in(pool["ns1"], "Admin", "admin")

    (request,) = lab.requests.of("ns1")
    assert (request.method, request.path, request.query) == ("POST", "/api/user/login", {})
    assert request.form == {"user": "Admin", "pass": "admin", "includeInfo": "true"}
    assert request.headers["x-real-ip"] == "203.0.113.9"
    assert request.headers["user-agent"].startswith("technitium-companion/")
    assert request.headers["user-agent"].endswith(" (attempt 7f3a)")
    assert answer.result is LoginResult.ACCEPTED
    assert answer.token is not None
    assert lab.nodes["ns1"].live_tokens("admin") == [answer.token.reveal()]
    assert (answer.username, answer.version) == ("admin", "15.2")
    assert answer.info is not None
    assert answer.info.permissions["Administration"] == (True, True, True)
    assert [node.name for node in answer.info.cluster_nodes] == [
        "ns1.home.arpa",
        "ns2.home.arpa",
        "ns3.home.arpa",
    ]


async def test_wrong_password_and_unknown_user_are_refused_alike(pool: NodePool) -> None:
    wrong = await sign_in(pool["ns1"], "viewer", "no")
    unknown = await sign_in(pool["ns1"], "nobody", "no")

    assert wrong == unknown
    assert wrong.result is LoginResult.CREDENTIALS_REFUSED


async def test_totp_is_asked_for_judged_and_accepted(lab: Sandbox, pool: NodePool) -> None:
    assert (await sign_in(pool["ns1"], "totp")).result is LoginResult.TOTP_REQUIRED
    assert (await sign_in(pool["ns1"], "totp", totp="000000")).result is LoginResult.TOTP_INVALID
    accepted = await sign_in(pool["ns1"], "totp", totp=totp_code(lab))
    assert accepted.result is LoginResult.ACCEPTED


async def test_lock_of_the_node_is_throttled(pool: NodePool) -> None:
    answers = [await sign_in(pool["ns1"], "viewer", "no") for _ in range(6)]

    assert [answer.result for answer in answers[4:]] == [
        LoginResult.CREDENTIALS_REFUSED,
        LoginResult.THROTTLED,
    ]


@pytest.mark.parametrize("fault", ["status", "cut", "garbage"])
async def test_login_at_a_broken_node_is_a_result(lab: Sandbox, pool: NodePool, fault: str) -> None:
    lab.faults.add("ns1", fault)

    answer = await sign_in(pool["ns1"], "admin")

    assert answer.result is LoginResult.GARBLED
    assert answer.message
    assert answer.token is None


async def test_login_at_a_node_that_is_down_is_unreachable(lab: Sandbox, pool: NodePool) -> None:
    await lab.stop("ns1")

    assert (await sign_in(pool["ns1"], "admin")).result is LoginResult.UNREACHABLE


@pytest.mark.parametrize("version", ["15.2", "14.3", None])
async def test_token_works_however_it_is_sent(
    lab: Sandbox, pool: NodePool, version: str | None
) -> None:
    token = await token_of(pool["ns1"])

    fields = await pool["ns1"].call(
        PROFILE_GET, token=token, version=version, deadline_s=5, real_ip="198.51.100.4"
    )

    assert fields["username"] == "admin"
    request = lab.requests.of("ns1", "/api/user/profile/get")[0]
    assert request.headers["x-real-ip"] == "198.51.100.4"
    assert request.query == {}


async def test_answer_does_not_repeat_the_token_it_was_asked_with(pool: NodePool) -> None:
    token = await token_of(pool["ns1"])

    fields = await pool["ns1"].call(SESSION_GET, token=token, version="15.2", deadline_s=5)

    assert fields["username"] == "admin"
    assert token.reveal() not in repr(fields)
    assert not {"token", "status", "server"} & fields.keys()


async def test_session_info_says_who_and_where(pool: NodePool) -> None:
    token = await token_of(pool["ns2"], "viewer")

    info = await pool["ns2"].session_info(token, "15.2", deadline_s=5)

    assert (info.username, info.server_domain) == ("viewer", "ns2.home.arpa")
    assert (info.cluster_initialized, info.cluster_domain) == (True, "home.arpa")
    assert info.permissions["Settings"] == (False, False, False)
    assert info.permissions["Zones"] == (True, False, False)


async def test_missing_right_is_named(pool: NodePool) -> None:
    token = await token_of(pool["ns1"], "viewer")

    with pytest.raises(NodePermissionDenied) as caught:
        await pool["ns1"].call(SETTINGS_GET, token=token, version="15.2", deadline_s=5)

    assert (caught.value.section, caught.value.permission) == ("Settings", "View")
    assert caught.value.path == "settings/get"


async def test_token_that_was_ended_is_an_expired_session(lab: Sandbox, pool: NodePool) -> None:
    token = await token_of(pool["ns1"])
    lab.faults.add("ns1", "lose-sessions")

    with pytest.raises(NodeSessionExpired):
        await pool["ns1"].call(PROFILE_GET, token=token, version="15.2", deadline_s=5)


@pytest.mark.parametrize("version", ["14.3", "13.6", None])
@pytest.mark.parametrize("stack", [{}, {"stackTrace": "at DnsServerCore.Auth()"}])
async def test_old_versions_name_the_token_parameter_when_a_session_is_over(
    version: str | None, stack: dict[str, str]
) -> None:
    fields = {"status": "error", "errorMessage": "Parameter 'token' missing."} | stack

    with pytest.raises(NodeSessionExpired):
        await answered(fields, version=version)


async def test_new_versions_have_a_status_for_that() -> None:
    with pytest.raises(NodeRejected):
        await answered(
            {"status": "error", "errorMessage": "Parameter 'token' missing."}, version="15.2"
        )


async def answered(fields: object, *, version: str | None = "15.2") -> dict[str, Any]:
    """Ask a node that gives just this answer."""
    async with (
        RawNode(always(http_json(fields))) as node,
        NodePool([node.config()]) as clients,
    ):
        return await clients["ns1"].call(ZONES_LIST, token=TOKEN, version=version, deadline_s=5)


async def test_error_of_the_node_keeps_its_text_and_loses_its_stack() -> None:
    with pytest.raises(NodeRejected) as caught:
        await answered(
            {
                "status": "error",
                "errorMessage": f"No such zone:\r\n {TOKEN.reveal()} \x1b[31m" + "x" * 1000,
                "innerErrorMessage": "inner secret",
                "stackTrace": "at DnsServerCore.WebService",
            }
        )

    shown = f"{caught.value!s} {caught.value!r} {caught.value.message}"
    assert caught.value.message.startswith("No such zone: <secret> [31mxxx")
    assert len(caught.value.message) == 300
    for hidden in (TOKEN.reveal(), "inner secret", "DnsServerCore", "\x1b", "\n"):
        assert hidden not in shown


@pytest.mark.parametrize("status", ["Ok", "OK", "", "success", "2fa-required"])
async def test_only_ok_is_success(status: str) -> None:
    with pytest.raises(NodeRejected):
        await answered({"status": status, "response": {"zones": []}})


@pytest.mark.parametrize("version", ["13.6", None])
async def test_call_the_version_lacks_is_refused_before_it_is_sent(version: str | None) -> None:
    async with RawNode(always(http_json(OK))) as node, NodePool([node.config()]) as clients:
        with pytest.raises(NodeVersionUnsupported, match=r"Technitium 14\.0 or newer"):
            await clients["ns1"].call(CLUSTER_STATE, token=TOKEN, version=version, deadline_s=5)

    assert node.requests == []


@pytest.mark.parametrize("token", ["", "a b", "x\r\nX-Evil: 1", "ü", "a" * 513])
async def test_text_that_is_no_token_is_not_sent(token: str) -> None:
    async with RawNode(always(http_json(OK))) as node, NodePool([node.config()]) as clients:
        for version in ("15.2", "14.3"):
            with pytest.raises(NodeSessionExpired):
                await clients["ns1"].call(
                    APPS_LIST, token=Secret(token), version=version, deadline_s=5
                )

    assert node.requests == []


@pytest.mark.parametrize("version", ["15.2", "14.3", None])
async def test_logout_returns_when_the_token_is_dead(
    lab: Sandbox, pool: NodePool, version: str | None
) -> None:
    token = await token_of(pool["ns1"])

    await pool["ns1"].logout(token, version, deadline_s=5)
    await pool["ns1"].logout(token, version, deadline_s=5)

    assert lab.nodes["ns1"].live_tokens() == []


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("status", NodeGarbled),
        ("cut", NodeGarbled),
        ("garbage", NodeGarbled),
        ("hang", NodeTimeout),
    ],
)
async def test_logout_without_confirmation_is_an_error(
    lab: Sandbox, pool: NodePool, fault: str, error: type[NodeError]
) -> None:
    token = await token_of(pool["ns1"])
    lab.faults.add("ns1", fault, times=1)

    with pytest.raises(error):
        await pool["ns1"].logout(token, "15.2", deadline_s=0.3)


async def test_logout_at_a_node_that_is_down_is_an_error(lab: Sandbox, pool: NodePool) -> None:
    token = await token_of(pool["ns1"])
    await lab.stop("ns1")

    with pytest.raises(NodeUnreachable):
        await pool["ns1"].logout(token, "15.2", deadline_s=5)


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "error", "errorMessage": "Parameter 'token' missing."},
        {"status": "error", "errorMessage": "Value cannot be null. (Parameter 'key')"},
    ],
)
async def test_logout_whose_token_did_not_arrive_is_an_error(fields: object) -> None:
    async with RawNode(always(http_json(fields))) as node, NodePool([node.config()]) as clients:
        with pytest.raises(NodeError):
            await clients["ns1"].logout(TOKEN, "14.3", deadline_s=5)


async def test_logout_of_a_token_the_node_calls_invalid_is_confirmed() -> None:
    fields = {"status": "invalid-token", "errorMessage": "Invalid token or session expired."}

    async with RawNode(always(http_json(fields))) as node, NodePool([node.config()]) as clients:
        await clients["ns1"].logout(TOKEN, "15.2", deadline_s=5)

    assert len(node.requests) == 1


async def test_hanging_node_ends_at_the_deadline(lab: Sandbox, pool: NodePool) -> None:
    token = await token_of(pool["ns1"])
    lab.faults.add("ns1", "hang", times=1)

    with pytest.raises(NodeTimeout) as caught:
        await pool["ns1"].call(PROFILE_GET, token=token, version="15.2", deadline_s=0.2)

    assert caught.value.message == "The node did not answer within 0.2 s."


async def test_session_information_that_cannot_be_read_is_garbled() -> None:
    async with (
        RawNode(
            always(http_json({"status": "ok", "username": "a", "info": {"version": 15}}))
        ) as node,
        NodePool([node.config()]) as clients,
    ):
        with pytest.raises(NodeGarbled, match="session information cannot be read"):
            await clients["ns1"].session_info(TOKEN, None, deadline_s=5)


async def test_pool_lists_its_clients_in_the_order_of_the_settings(pool: NodePool) -> None:
    assert [client.config.id for client in pool] == ["ns1", "ns2", "ns3"]
    assert len(pool) == 3


async def test_answer_to_a_login_that_is_no_utf_8_is_garbled() -> None:
    body = b'{"status":"ok","token":"%s","username":"\xff"}' % TOKEN.reveal().encode()

    async with RawNode(always(http(body))) as node, NodePool([node.config()]) as pool:
        answer = await sign_in(pool["ns1"], "admin")

    assert answer.result is LoginResult.GARBLED
    assert answer.token is None


class BrokenConnections(NodeConnections):
    """Connections with a fault that nobody thought of."""

    async def post(self, *_: object, **__: object) -> RawAnswer:
        raise RuntimeError("nobody thought of this")


async def test_what_nobody_thought_of_is_a_garbled_login_and_told_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    config = NodeConfig(id="ns1", name="ns1", base_url="http://127.0.0.1:1")
    async with BrokenConnections(config, limit=1, user_agent="") as connections:
        answer = await sign_in(NodeClient(config, connections, LateLogins()), "admin", "hush")

    assert answer.result is LoginResult.GARBLED
    assert "nobody thought of this" in caplog.text
    assert "hush" not in caplog.text


async def test_what_a_node_tells_anybody_is_asked_without_a_token(
    lab: Sandbox, pool: NodePool
) -> None:
    assert await pool["ns1"].public(SSO_STATUS, deadline_s=5) == {"ssoEnabled": False}

    (received,) = lab.requests.of("ns1", "/api/sso/status")
    assert (received.method, received.bearer) == ("POST", None)
    assert "token" not in received.form


async def test_a_node_that_does_not_tell_it_says_so() -> None:
    async with fresh_nodes(version="14.3") as old:
        config = NodeConfig(id="ns1", name="ns1", base_url=old.nodes["ns1"].url)
        async with NodePool([config]) as pool:
            with pytest.raises(NodeSessionExpired):
                await pool["ns1"].public(SSO_STATUS, deadline_s=5)


async def test_who_hangs_is_not_waited_for_longer_than_said(lab: Sandbox, pool: NodePool) -> None:
    lab.faults.add("ns1", "hang")

    with pytest.raises(NodeTimeout):
        await pool["ns1"].public(SSO_STATUS, deadline_s=0.2)


async def test_one_ends_another_session_of_ones_own_by_the_beginning_of_its_token(
    lab: Sandbox, pool: NodePool
) -> None:
    mine, other = [await token_of(pool["ns1"]) for _ in "12"]

    await pool["ns1"].call(
        USER_SESSION_DELETE,
        {"partialToken": other.reveal()[:16]},
        token=mine,
        version="15.2",
        deadline_s=5,
    )

    assert lab.nodes["ns1"].live_tokens("admin") == [mine.reveal()]
