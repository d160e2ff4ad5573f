from http import HTTPStatus
from typing import Any

import pytest
from companion.asgi.problems import problem_response
from companion.problems import TABLE, Problem
from companion.sessions.errors import SessionInvalid, SessionKeyUnknown
from companion.store import StoreUnavailable
from companion.technitium import errors
from companion.technitium.errors import NodeError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.testing import capture_logs

from tests.companion.asgi.frame import framed
from tests.support.asgi import running

NODE_ERRORS = [
    (errors.NodePermissionDenied, 403, "node_permission_denied"),
    (errors.NodeSessionExpired, 409, "node_session_expired"),
    (errors.NodeSignedOut, 409, "node_session_expired"),
    (errors.NodeTokenRefused, 502, "node_token_refused"),
    (errors.NodeUnreachable, 502, "node_unreachable"),
    (errors.NodeLost, 502, "node_unreachable"),
    (errors.NodeTimeout, 504, "node_timeout"),
    (errors.NodeVersionUnsupported, 501, "node_version_unsupported"),
    (errors.NodeRejected, 502, "node_error"),
    (errors.NodeGarbled, 502, "node_error"),
]


def assert_problem(response: Any, status: int, code: str, path: str = "/api/x") -> dict[str, Any]:  # noqa: ANN401 - any client's response
    """The one shape of every error."""
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert body["code"] == code
    assert body["type"].endswith(f":{code}")
    assert body["status"] == body["statusCode"] == status
    assert body["detail"] == body["message"]
    assert body["title"]
    assert body["instance"] == path
    assert body["requestId"] == response.headers["x-request-id"]
    assert body["error"] == HTTPStatus(status).phrase
    return body


async def raised(exc: Exception, *, method: str = "GET") -> Any:  # noqa: ANN401 - as above
    async def route(_: Request) -> Response:
        raise exc

    async with running(framed([Route("/api/x", route, methods=["GET", "POST"])])) as http:
        return await http.request(method, "/api/x?token=canary")


@pytest.mark.parametrize("code", TABLE)
async def test_every_code_has_the_one_shape(code: str) -> None:
    response = await raised(Problem(code, "What happened.", nodeId="ns1", nothing=None))

    body = assert_problem(response, TABLE[code][0], code)
    assert body["nodeId"] == "ns1"
    assert "nothing" not in body
    assert "canary" not in response.text


def test_every_error_of_a_node_is_in_the_table() -> None:
    kinds = {
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, NodeError) and kind is not NodeError
    }

    assert kinds == {kind for kind, _, _ in NODE_ERRORS}


@pytest.mark.parametrize(("kind", "status", "code"), NODE_ERRORS)
async def test_a_nodes_failure_names_the_node_and_the_missing_right(
    kind: type[NodeError], status: int, code: str
) -> None:
    response = await raised(kind("ns1", "It said no.", section="Zones", permission="View"))

    body = assert_problem(response, status, code)
    assert body["nodeId"] == "ns1"
    assert body["section"] == "Zones"
    assert body["permission"] == "View"
    assert body["detail"] == "It said no."


async def test_a_store_that_is_gone_is_503_and_no_word_about_the_cookie() -> None:
    response = await raised(StoreUnavailable("gone"))

    assert_problem(response, 503, "store_unavailable")
    assert response.headers["retry-after"] == "2"
    assert "set-cookie" not in response.headers


async def test_a_session_that_is_gone_is_401_in_the_companions_words() -> None:
    body = assert_problem(await raised(SessionInvalid("idle")), 401, "session_invalid")

    assert body["message"] == "Authentication required"


async def test_an_unknown_session_key_is_503_and_an_error_in_the_log() -> None:
    with capture_logs() as lines:
        response = await raised(SessionKeyUnknown("aabbccdd"))

    assert_problem(response, 503, "session_key_unknown")
    assert any(line["log_level"] == "error" and "SESSION_KEYS" in line["event"] for line in lines)


async def test_what_nobody_foresaw_says_nothing_but_is_logged_under_its_id() -> None:
    with capture_logs() as lines:
        response = await raised(RuntimeError("canary"))

    body = assert_problem(response, 500, "internal_error")
    assert body["message"] == "Internal server error"
    assert "canary" not in response.text
    failure = next(line for line in lines if line["event"] == "request failed")
    assert isinstance(failure["exc_info"], RuntimeError)


async def test_unknown_paths_and_unknown_methods_are_404_in_the_companions_words() -> None:
    async with running(framed([Route("/api/x", _fine)])) as http:
        unknown = await http.get("/api/nothing?a=b")
        other = await http.delete("/api/x")

    body = assert_problem(unknown, 404, "not_found", "/api/nothing")
    assert body["message"] == "Cannot GET /api/nothing"
    assert assert_problem(other, 404, "not_found")["message"] == "Cannot DELETE /api/x"


async def test_a_path_without_end_is_not_repeated_to_its_end() -> None:
    path = "/api/" + "x" * 50_000
    async with running(framed([])) as http:
        response = await http.get(path)

    assert_problem(response, 404, "not_found", path[:2_000])
    assert len(response.content) < 10_000


async def test_errors_of_the_framework_have_the_shape_too() -> None:
    for status, code in ((400, "invalid_request"), (413, "request_too_large")):
        assert_problem(await raised(HTTPException(status, "No.")), status, code)


async def test_a_head_request_gets_the_headers_alone() -> None:
    sent: list[Message] = []
    scope = {"type": "http", "method": "HEAD", "path": "/api/x", "state": {}}

    async def send(message: Message) -> None:
        sent.append(message)

    await problem_response(Problem("node_timeout", "Too slow."), scope)(scope, _receive, send)

    start, body = sent
    assert start["status"] == 504
    assert int(Headers(raw=start["headers"])["content-length"]) > 0
    assert body.get("body", b"") == b""


async def _receive() -> Message:
    raise AssertionError


async def test_errors_of_middleware_are_answered_too() -> None:
    app = framed([Route("/api/x", _fine)], inside=[Middleware(_Failing)])
    async with running(app) as http:
        assert_problem(await http.get("/api/x"), 503, "store_unavailable")


async def test_an_error_in_the_middle_of_an_answer_cuts_it() -> None:
    app = framed([Route("/api/x", _cut)])
    async with running(app) as http:
        with pytest.raises(RuntimeError, match="cut"):
            await http.get("/api/x")


class _Failing:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            raise StoreUnavailable("gone")
        await self.app(scope, receive, send)


class _Cut(Response):
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"half", "more_body": True})
        raise RuntimeError("cut")


async def _fine(_: Request) -> Response:
    return Response("fine")


async def _cut(_: Request) -> Response:
    return _Cut()


@pytest.mark.parametrize("already_begun", [False, True])
async def test_who_leaves_in_the_middle_of_a_body_is_no_error(already_begun: bool) -> None:  # noqa: FBT001 - a case
    sent: list[Message] = []
    left = [{"type": "http.request", "body": b"half", "more_body": True}]

    async def receive() -> Message:
        return left.pop() if left else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    async def route(scope: Scope, receive: Receive, send: Send) -> None:
        if already_begun:
            await send({"type": "http.response.start", "status": 200, "headers": []})
        with pytest.raises(ClientDisconnect):
            await Request(scope, receive).body()
        raise ClientDisconnect

    app = framed([Mount("/", app=route)])
    with capture_logs() as lines:
        await app(_post_scope(), receive, send)

    assert [line["event"] for line in lines] == ["request"]
    assert lines[0]["status"] == (200 if already_begun else 499)
    assert len(sent) == already_begun


def _post_scope() -> Scope:
    return {
        "type": "http",
        "method": "POST",
        "scheme": "https",
        "path": "/api/x",
        "raw_path": b"/api/x",
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"localhost")],
        "client": ("192.0.2.7", 1),
    }


@pytest.mark.parametrize(
    ("headers", "consequence"),
    [
        ({}, "Nobody can sign in"),
        ({"Cookie": "theme=dark"}, "Nobody can sign in"),
        ({"Cookie": f"__Host-tdc_session={'x' * 43}"}, "You are still signed in"),
    ],
)
async def test_an_absent_store_is_told_to_each_as_it_concerns_them(
    headers: dict[str, str], consequence: str
) -> None:
    async def route(_: Request) -> Response:
        raise StoreUnavailable("connection refused")

    async with running(framed([Route("/api/x", route)])) as http:
        response = await http.get("/api/x", headers=headers)

    assert consequence in assert_problem(response, 503, "store_unavailable")["detail"]
