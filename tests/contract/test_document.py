"""Who may read the document of the API, and where it and its like are not to be had."""

import pytest

from tests.contract.conftest import Contract

pytestmark = [pytest.mark.system]

PATH = "/api/openapi.json"


def test_strangers_do_not_see_it(contract: Contract) -> None:
    with contract.stack.client() as client:
        answer = client.get(PATH)

    assert answer.status_code == 401
    assert answer.json()["code"] == "session_invalid"


def test_it_has_the_operations_of_both_services(contract: Contract) -> None:
    with contract.stack.client() as client:
        document = client.get(PATH, headers=contract.headers).json()

    assert document["openapi"] == "3.1.0"
    assert "post" in document["paths"]["/api/auth/login"]
    assert "get" in document["paths"]["/api/nodes"]
    schemes = document["components"]["securitySchemes"]
    assert schemes["session"] == {"type": "apiKey", "in": "cookie", "name": "__Host-tdc_session"}
    assert document["paths"]["/api/nodes"]["get"]["security"] == [{"session": []}]


def test_whoever_has_it_is_told_so(contract: Contract) -> None:
    with contract.stack.client() as client:
        first = client.get(PATH, headers=contract.headers)
        tag = first.headers["etag"]
        again = client.get(PATH, headers=contract.headers | {"If-None-Match": f'"x", W/{tag}'})
        other = client.get(PATH, headers=contract.headers | {"If-None-Match": '"x"'})

    assert first.headers["cache-control"] == "no-store"
    assert (again.status_code, again.content) == (304, b"")
    assert (other.status_code, other.content) == (200, first.content)


@pytest.mark.parametrize(
    "path", ["/metrics", "/docs", "/redoc", "/openapi.json", "/api/docs", "/debug", "/internal/x"]
)
def test_nothing_for_operators_or_programmers_is_on_the_public_port(
    contract: Contract, path: str
) -> None:
    with contract.stack.client() as client:
        answers = [client.get(path), client.get(path, headers=contract.headers)]

    assert [answer.status_code for answer in answers] == [404, 404]
