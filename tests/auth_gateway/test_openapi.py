"""GET /api/openapi.json while node-proxy cannot be asked."""

from tests.auth_gateway.conftest import MakeGateway
from tests.auth_gateway.support import problem

PATH = "/api/openapi.json"


async def test_half_a_document_is_not_given_for_a_whole_one(make_gateway: MakeGateway) -> None:
    async with make_gateway(variables={"NODE_PROXY_URL": "http://127.0.0.1:1"}) as gateway:
        await gateway.signed_in("admin")

        answer = await gateway.http.get(PATH)

    assert answer.status_code == 503
    document = problem(answer)
    assert document["code"] == "upstream_unavailable"
    assert document["service"] == "node-proxy"
    assert "retry-after" in answer.headers


async def test_strangers_are_refused_before_anybody_is_asked(make_gateway: MakeGateway) -> None:
    async with make_gateway(variables={"NODE_PROXY_URL": "http://127.0.0.1:1"}) as gateway:
        answer = await gateway.http.get(PATH)

    assert problem(answer)["code"] == "session_invalid"
