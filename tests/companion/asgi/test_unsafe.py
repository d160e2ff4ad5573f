import httpx
import pytest
from companion.asgi.forwarded import TransportSettings
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.companion.asgi.frame import framed
from tests.support.asgi import running

TOOLS = "https://tools.example.org"
ALLOWING = TransportSettings(cors_origins=(TOOLS,))
UNSAFE = ["POST", "PUT", "PATCH", "DELETE"]


async def _done(_: Request) -> Response:
    return Response("done")


async def answer(
    method: str,
    headers: dict[str, str] | list[tuple[str, str]],
    *,
    transport: TransportSettings | None = None,
    base_url: str = "https://localhost:3443",
    content: bytes = b"",
) -> httpx.Response:
    app = framed([Route("/api/do", _done, methods=["GET", *UNSAFE])], transport=transport)
    async with running(app, base_url=base_url) as http:
        return await http.request(method, "/api/do", headers=headers, content=content)


@pytest.mark.parametrize("method", UNSAFE)
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://localhost:3443"},
        {"Origin": "HTTPS://LOCALHOST:3443", "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "Same-Origin , same-origin"},
    ],
)
async def test_our_own_pages_and_programs_may_change_things(
    method: str, headers: dict[str, str]
) -> None:
    assert (await answer(method, headers)).status_code == 200


@pytest.mark.parametrize("method", UNSAFE)
@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "http://localhost:3443",
        "https://localhost",
        "https://localhost:3444",
        "https://localhost:3443.evil.example",
        "null",
        "",
        "https://localhost:3443/",
        "file://",
    ],
)
async def test_another_origin_may_not(method: str, origin: str) -> None:
    response = await answer(method, {"Origin": origin})

    assert response.status_code == 403
    assert response.json()["code"] == "origin_refused"


async def test_two_origins_are_no_origin() -> None:
    response = await answer(
        "POST", [("Origin", "https://localhost:3443"), ("Origin", "https://localhost:3443")]
    )

    assert response.json()["code"] == "origin_refused"


@pytest.mark.parametrize(
    "site",
    [
        "cross-site",
        "same-site",
        "CROSS-SITE",
        " same-site ",
        "same-origin, cross-site",
        "same-origin,same-site",
        "same-origin,",
        "none same-origin",
        "same-origins",
        "",
    ],
)
@pytest.mark.parametrize("headers", [{}, {"Origin": "https://localhost:3443"}])
async def test_another_site_may_not(site: str, headers: dict[str, str]) -> None:
    response = await answer("POST", {**headers, "Sec-Fetch-Site": site})

    assert response.status_code == 403
    assert response.json()["code"] == "cross_site_refused"


async def test_sites_of_several_lines_all_count() -> None:
    lines = [("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Site", "cross-site")]

    assert (await answer("POST", lines)).json()["code"] == "cross_site_refused"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_reading_is_for_everybody(method: str) -> None:
    headers = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}

    assert (await answer(method, headers)).status_code == 200


async def test_default_ports_are_the_same_origin_written_or_not() -> None:
    response = await answer("POST", {"Origin": "https://dns.org"}, base_url="https://dns.org:443")

    assert response.status_code == 200


async def test_without_a_usable_host_no_origin_is_ours() -> None:
    response = await answer("POST", {"Host": "a b", "Origin": "null"})

    assert response.json()["code"] == "origin_refused"


async def test_an_allowed_origin_may_change_things_also_from_the_same_site() -> None:
    headers = {"Origin": TOOLS, "Sec-Fetch-Site": "same-site"}

    response = await answer("POST", headers, transport=ALLOWING)

    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == TOOLS
    assert response.headers["access-control-allow-credentials"] == "true"
    assert response.headers["vary"] == "Origin"


async def test_what_a_service_behind_says_of_cors_does_not_stand_there_twice() -> None:
    async def route(_: Request) -> Response:
        return Response("done", headers={"Access-Control-Allow-Origin": "*"})

    app = framed([Route("/api/do", route)], transport=ALLOWING)
    async with running(app) as http:
        allowed = await http.get("/api/do", headers={"Origin": TOOLS})
        other = await http.get("/api/do", headers={"Origin": "https://evil.example"})

    assert allowed.headers.get_list("access-control-allow-origin") == [TOOLS]
    assert "access-control-allow-origin" not in other.headers


async def test_an_allowed_origin_on_another_site_may_not() -> None:
    headers = {"Origin": TOOLS, "Sec-Fetch-Site": "cross-site"}

    assert (await answer("POST", headers, transport=ALLOWING)).status_code == 403


@pytest.mark.parametrize(
    "origin",
    [
        "https://tools.example.org:8443",
        "http://tools.example.org",
        "https://tools.example.org.evil.example",
        "https://a.tools.example.org",
        "null",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
async def test_no_other_origin_gets_an_allowing_header(origin: str, method: str) -> None:
    headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}

    response = await answer(method, headers, transport=ALLOWING)

    assert not [name for name in response.headers if name.startswith("access-control-")]
    assert response.headers["vary"] == "Origin"


async def test_a_preflight_is_answered_for_an_allowed_origin_alone() -> None:
    headers = {"Origin": TOOLS, "Access-Control-Request-Method": "POST"}

    allowed = await answer("OPTIONS", headers, transport=ALLOWING)
    unknown = await answer("OPTIONS", headers)

    assert allowed.status_code == 204
    assert allowed.headers["access-control-allow-origin"] == TOOLS
    assert "POST" in allowed.headers["access-control-allow-methods"]
    assert unknown.status_code == 404
    assert "access-control-allow-origin" not in unknown.headers


@pytest.mark.parametrize("kind", ["text/plain", "Text/Plain; charset=UTF-8"])
async def test_a_body_sent_as_text_is_refused(kind: str) -> None:
    response = await answer("POST", {"Content-Type": kind}, content=b'{"a":1}')

    assert response.status_code == 415
    assert response.json()["code"] == "unsupported_media_type"


async def test_no_body_at_all_has_no_wrong_type() -> None:
    assert (await answer("POST", {"Content-Type": "text/plain"})).status_code == 200
    assert (await answer("POST", {})).status_code == 200


async def test_a_body_of_unknown_length_is_a_body() -> None:
    headers = {"Content-Type": "text/plain", "Transfer-Encoding": "chunked"}

    assert (await answer("POST", headers)).status_code == 415
