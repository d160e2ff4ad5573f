"""GET /api/auth/verify: what a proxy is told of whoever asks for another application."""

from functools import partial

import httpx
import pytest
from companion.sessions.cookie import COOKIE
from redis.asyncio import Redis
from technitium_sandbox.sandbox import Sandbox

from tests.auth_gateway.conftest import MakeGateway
from tests.auth_gateway.support import Gateway, problem, until

PATH = "/api/auth/verify"
# The page's own address is https://localhost; the other application stands on another port.
APP = "localhost:8444"
APP_ORIGIN = f"https://{APP}"


async def verify(gateway: Gateway, **headers: str) -> httpx.Response:
    """What the proxy asks for a GET of the other application, with `headers` of the browser's."""
    told = {"X-Forwarded-Method": "GET", "X-Forwarded-Host": APP, "X-Forwarded-Uri": "/page"}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await gateway.http.get(PATH, headers=told | named)


@pytest.fixture
async def signed_in(gateway: Gateway) -> Gateway:
    await gateway.signed_in("admin")
    return gateway


async def test_whoever_is_signed_in_is_told_by_name(signed_in: Gateway) -> None:
    answer = await verify(signed_in)

    assert answer.status_code == 200, answer.text
    assert answer.headers["remote-user"] == "admin"
    assert answer.content == b""


async def test_the_name_is_the_nodes_spelling_and_never_the_clients(gateway: Gateway) -> None:
    assert (await gateway.login("ADMIN", "admin")).status_code == 201

    answer = await verify(gateway, Remote_User="root", X_Forwarded_User="root")

    assert answer.headers.get_list("remote-user") == ["admin"]


async def test_our_cookie_is_taken_out_and_the_others_stay(signed_in: Gateway) -> None:
    signed_in.http.cookies.set("theme", "dark")
    signed_in.http.cookies.set("id", "a=b")

    answer = await verify(signed_in)

    kept = sorted(answer.headers["cookie"].split("; "))
    assert kept == ["id=a=b", "theme=dark"]


async def test_no_cookie_is_named_when_ours_was_the_only_one(signed_in: Gateway) -> None:
    answer = await verify(signed_in)

    # A proxy that replaces the header then has nothing to put in its place.
    assert "cookie" not in answer.headers
    assert signed_in.cookie() not in str(answer.headers)


@pytest.mark.parametrize("cookie", ["", f"{COOKIE}={'A' * 43}", "theme=dark"])
async def test_whoever_is_not_signed_in_is_401(gateway: Gateway, cookie: str) -> None:
    answer = await verify(gateway, Cookie=cookie)

    assert answer.status_code == 401
    assert problem(answer)["code"] == "session_invalid"
    assert "remote-user" not in answer.headers


async def test_a_browser_without_a_session_gets_a_page_that_leads_nowhere(
    gateway: Gateway,
) -> None:
    answer = await verify(
        gateway, Accept="text/html,*/*;q=0.8", X_Forwarded_Uri="//evil.test/?next=https://evil.test"
    )

    assert answer.status_code == 401
    assert answer.headers["content-type"].startswith("text/html")
    assert "localhost" in answer.text
    assert "evil" not in answer.text
    assert "href" not in answer.text
    assert "location" not in answer.headers


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST", "localhost:443"], ids=["as-is", "capitals", "with-port"]
)
async def test_an_application_at_our_own_address_is_refused(signed_in: Gateway, host: str) -> None:
    answer = await verify(signed_in, X_Forwarded_Host=host)

    assert answer.status_code == 403
    assert problem(answer)["code"] == "same_origin_app"
    assert "remote-user" not in answer.headers


async def test_a_port_that_the_proxy_names_beside_the_host_counts(signed_in: Gateway) -> None:
    elsewhere = await verify(signed_in, X_Forwarded_Host="localhost", X_Forwarded_Port="8444")
    ours = await verify(signed_in, X_Forwarded_Host="localhost", X_Forwarded_Port="443")

    assert elsewhere.status_code == 200
    assert problem(ours)["code"] == "same_origin_app"


@pytest.mark.parametrize("port", ["0443", "443 8444", "x", "999999", "-443", "8444,"])
async def test_a_port_that_cannot_be_read_does_not_hide_our_own(
    signed_in: Gateway, port: str
) -> None:
    answer = await verify(signed_in, X_Forwarded_Host="localhost", X_Forwarded_Port=port)

    assert answer.status_code in {400, 403}
    assert "remote-user" not in answer.headers


async def test_of_several_ports_that_of_the_proxy_nearest_to_us_counts(signed_in: Gateway) -> None:
    elsewhere = await verify(signed_in, X_Forwarded_Host="localhost", X_Forwarded_Port="443, 8444")
    ours = await verify(signed_in, X_Forwarded_Host="localhost", X_Forwarded_Port="8444, 443")

    assert elsewhere.status_code == 200
    assert problem(ours)["code"] == "same_origin_app"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PROPFIND"])
@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"Origin": "https://localhost"}, "origin_refused"),
        ({"Origin": "https://evil.test"}, "origin_refused"),
        ({"Origin": "null"}, "origin_refused"),
        ({"Sec-Fetch-Site": "cross-site"}, "cross_site_refused"),
        ({"Sec-Fetch-Site": "same-site"}, "cross_site_refused"),
    ],
)
async def test_a_change_that_another_page_asks_for_is_refused(
    signed_in: Gateway, method: str, headers: dict[str, str], code: str
) -> None:
    answer = await verify(signed_in, X_Forwarded_Method=method, **headers)

    assert answer.status_code == 403
    assert problem(answer)["code"] == code


@pytest.mark.parametrize(
    "headers", [{"Origin": APP_ORIGIN, "Sec-Fetch-Site": "same-origin"}, {}], ids=["page", "curl"]
)
async def test_a_change_that_the_application_itself_asks_for_passes(
    signed_in: Gateway, headers: dict[str, str]
) -> None:
    answer = await verify(signed_in, X_Forwarded_Method="POST", **headers)

    assert answer.status_code == 200


async def test_a_websocket_that_another_page_opens_is_refused(signed_in: Gateway) -> None:
    key = "dGhlIHNhbXBsZSBub25jZQ=="

    foreign = await verify(signed_in, Sec_WebSocket_Key=key, Origin="https://localhost")
    own = await verify(signed_in, Sec_WebSocket_Key=key, Origin=APP_ORIGIN)

    assert problem(foreign)["code"] == "origin_refused"
    assert own.status_code == 200


async def test_a_websocket_may_be_known_by_its_scheme_alone(signed_in: Gateway) -> None:
    foreign = await verify(signed_in, X_Forwarded_Proto="wss", Origin="https://localhost")
    own = await verify(signed_in, X_Forwarded_Proto="wss", Origin=APP_ORIGIN)

    assert problem(foreign)["code"] == "origin_refused"
    assert own.status_code == 200


async def test_reading_from_another_page_is_the_browsers_business(signed_in: Gateway) -> None:
    answer = await verify(signed_in, Sec_Fetch_Site="cross-site")

    assert answer.status_code == 200


async def test_forwarded_headers_of_strangers_are_not_believed(make_gateway: MakeGateway) -> None:
    async with make_gateway(peer="203.0.113.9") as gateway:
        answer = await verify(gateway, Cookie=f"{COOKIE}={'A' * 43}")

    assert answer.status_code == 400
    assert problem(answer)["code"] == "invalid_request"


@pytest.mark.parametrize("missing", ["X-Forwarded-Method", "X-Forwarded-Host", "X-Forwarded-Proto"])
async def test_a_request_that_no_proxy_describes_is_refused(
    signed_in: Gateway, missing: str
) -> None:
    answer = await verify(signed_in, **{missing: ""})

    assert answer.status_code == 400
    assert "remote-user" not in answer.headers


async def test_a_method_that_is_said_twice_is_none(signed_in: Gateway) -> None:
    told = [("X-Forwarded-Method", "GET"), ("X-Forwarded-Method", "POST")]

    answer = await signed_in.http.get(PATH, headers=[("X-Forwarded-Host", APP), *told])

    assert problem(answer)["code"] == "invalid_request"


async def test_an_application_without_https_gets_no_name(signed_in: Gateway) -> None:
    answer = await verify(signed_in, X_Forwarded_Proto="http")

    assert problem(answer)["code"] == "https_required"


async def test_using_the_application_is_activity_and_a_poll_is_not(
    signed_in: Gateway, redis: Redis
) -> None:
    session = await signed_in.session()
    await redis.hset(session.key, "seen", str(session.now - 3600))

    await verify(signed_in, X_Companion_Poll="1")
    polled = await signed_in.session()
    await verify(signed_in)
    used = await signed_in.session()

    assert polled.seen == session.now - 3600
    assert used.seen >= session.now


async def test_a_change_is_activity_whatever_it_says(signed_in: Gateway, redis: Redis) -> None:
    session = await signed_in.session()
    await redis.hset(session.key, "seen", str(session.now - 3600))

    await verify(signed_in, X_Companion_Poll="1", X_Forwarded_Method="POST")

    assert (await signed_in.session()).seen >= session.now


# Who says who somebody is ------------------------------------------------------------------


async def test_only_the_identity_node_confirms_a_name(gateway: Gateway, lab: Sandbox) -> None:
    lab.faults.add("ns1", "status", status=500)
    await gateway.signed_in("admin")

    answer = await verify(gateway)

    assert answer.status_code == 403
    assert problem(answer)["code"] == "identity_unconfirmed"
    assert "remote-user" not in answer.headers


async def test_the_operator_says_which_node_confirms_names(
    lab: Sandbox, make_gateway: MakeGateway
) -> None:
    lab.faults.add("ns1", "status", status=500)
    async with make_gateway(variables={"AUTH_IDENTITY_NODE": "NS3"}) as gateway:
        await gateway.signed_in("admin")

        answer = await verify(gateway)

    assert answer.headers["remote-user"] == "admin"


async def test_of_several_nodes_any_confirms(lab: Sandbox, make_gateway: MakeGateway) -> None:
    lab.faults.add("ns1", "status", status=500)
    async with make_gateway(variables={"AUTH_IDENTITY_NODE": "ns1,ns2"}) as gateway:
        await gateway.signed_in("admin")

        answer = await verify(gateway)

    assert answer.headers["remote-user"] == "admin"


async def test_members_that_the_identity_node_names_speak_for_it_while_it_is_down(
    lab: Sandbox, make_gateway: MakeGateway, redis: Redis
) -> None:
    async with make_gateway() as gateway:
        # Its address in the cluster becomes that of the settings, as it is in a home.
        await _ask(lab, "ns2", "admin/cluster/updateIpAddress", ipAddresses="127.0.0.1")
        await gateway.signed_in("admin")
        await until(partial(_exists, redis, "identity"), what="the members are kept")
        lab.faults.add("ns1", "status", status=500)
        await gateway.signed_in("admin")
        confirmed = await verify(gateway)
        lab.faults.add("ns2", "status", status=500)
        await gateway.signed_in("admin")

        answer = await verify(gateway)

    assert confirmed.headers["remote-user"] == "admin"
    # The third stands at an address that the cluster does not name.
    assert problem(answer)["code"] == "identity_unconfirmed"


async def test_what_was_written_by_somebody_else_names_no_member(
    gateway: Gateway, lab: Sandbox, redis: Redis
) -> None:
    await redis.set("identity", b'{"node": "ns1", "members": ["ns2"]}')
    lab.faults.add("ns1", "status", status=500)
    await gateway.signed_in("admin")

    answer = await verify(gateway)

    assert problem(answer)["code"] == "identity_unconfirmed"


async def test_a_session_that_cannot_be_opened_here_is_503_and_stays(
    signed_in: Gateway, redis: Redis
) -> None:
    session = await signed_in.session()
    await redis.hset(session.key, "blob", b"\x01" + b"\x00" * 60)

    answer = await verify(signed_in)

    assert answer.status_code == 503
    assert problem(answer)["code"] == "session_key_unknown"
    assert "set-cookie" not in answer.headers


async def _exists(redis: Redis, key: str) -> bool:
    return await redis.exists(key) == 1


async def _ask(lab: Sandbox, node: str, path: str, **form: str) -> None:
    """One call to a node as its administrator."""
    async with httpx.AsyncClient(base_url=lab.nodes[node].url) as http:
        login = await http.post("/api/user/login", data={"user": "admin", "pass": "admin"})
        token = login.json()["token"]
        answer = await http.post(
            f"/api/{path}", data=form, headers={"Authorization": f"Bearer {token}"}
        )
    assert answer.json()["status"] == "ok", answer.text
