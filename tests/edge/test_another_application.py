"""Another application on another port of our host name, opened to who is signed in here."""

import httpx
import pytest

from tests.edge.support import problem_of
from tests.support.edge import COOKIE, HOST, Edge

NAMES = ("Remote-User", "Remote_User", "REMOTE_USER", "Remote.User", "remote-user")


@pytest.fixture
def another(edge: Edge) -> str:
    """Where browsers find it."""
    return f"https://{HOST}:{edge.traefik.another_port}"


def _seen(answer: httpx.Response) -> dict[str, list[str]]:
    """The headers that reached the application, by their names in lower case."""
    assert answer.status_code == 200, answer.text
    found: dict[str, list[str]] = {}
    for name, text in answer.json()["headers"]:
        found.setdefault(name.lower(), []).append(text)
    return found


def test_who_is_signed_in_is_told_by_name_and_our_cookie_stays_here(
    edge: Edge, another: str
) -> None:
    with edge.sign_in("viewer") as browser:
        value = browser.cookies[COOKIE]
        answer = browser.get(f"{another}/path?x=1", headers={"Accept-Language": "de"})
        seen = _seen(answer)

    assert answer.json()["path"] == "/path?x=1"
    assert seen["remote-user"] == ["viewer"]
    assert seen["accept-language"] == ["de"]
    assert "cookie" not in seen
    assert value not in answer.text


def test_its_own_cookies_reach_it(edge: Edge, another: str) -> None:
    with edge.sign_in("viewer") as browser:
        value = browser.cookies[COOKIE]
        kept = {"Cookie": f"theme=dark; {COOKIE}={value}; id=7"}
        answer = browser.get(f"{another}/", headers=kept)

    (cookies,) = _seen(answer)["cookie"]
    assert {part.strip() for part in cookies.split(";")} == {"theme=dark", "id=7"}
    assert value not in answer.text


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_a_client_brings_along_never_arrives(
    edge: Edge, another: str, name: str
) -> None:
    with edge.sign_in("viewer") as browser:
        seen = _seen(browser.get(f"{another}/", headers={name: "admin"}))
    with edge.visitor() as nobody:
        refused = nobody.get(f"{another}/", headers={name: "admin"})

    assert seen["remote-user"] == ["viewer"]
    assert "admin" not in str(seen)
    assert refused.status_code == 401


def test_nobody_gets_in_without_a_session(edge: Edge, another: str) -> None:
    with edge.visitor() as nobody:
        program = nobody.get(f"{another}/")
        person = nobody.get(f"{another}/", headers={"Accept": "text/html"})
        made_up = nobody.get(f"{another}/", headers={"Cookie": f"{COOKIE}={'x' * 43}"})

    assert problem_of(program)["code"] == "session_invalid"
    assert problem_of(made_up)["code"] == "session_invalid"
    assert person.status_code == 401
    assert person.headers["content-type"].startswith("text/html")


def test_signing_out_here_closes_it(edge: Edge, another: str) -> None:
    with edge.sign_in("viewer") as browser:
        kept = {"Cookie": f"{COOKIE}={browser.cookies[COOKIE]}"}
        browser.post("/api/auth/logout")
        assert browser.get(f"{another}/", headers=kept).status_code == 401


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"Origin": "https://evil.test"}, "origin_refused"),
        ({"Origin": "https://companion.test:{ours}"}, "origin_refused"),
        ({"Sec-Fetch-Site": "cross-site"}, "cross_site_refused"),
        ({"Sec-Fetch-Site": "same-site"}, "cross_site_refused"),
        ({"X-Forwarded-Method": "GET", "Origin": "https://evil.test"}, "origin_refused"),
        ({"X-Forwarded-Host": "evil.test", "Origin": "https://evil.test"}, "origin_refused"),
    ],
)
def test_another_site_changes_nothing_there(
    edge: Edge, another: str, method: str, headers: dict[str, str], code: str
) -> None:
    sent = {name: text.format(ours=edge.traefik.secure_port) for name, text in headers.items()}
    with edge.sign_in("viewer") as browser:
        answer = browser.request(method, f"{another}/", headers=sent)

    assert answer.status_code == 403
    assert problem_of(answer)["code"] == code


def test_its_own_pages_may(edge: Edge, another: str) -> None:
    own = {"Origin": another, "Sec-Fetch-Site": "same-origin"}
    with edge.sign_in("viewer") as browser:
        answer = browser.post(f"{another}/", headers=own)

    assert answer.json()["method"] == "POST"
    assert _seen(answer)["remote-user"] == ["viewer"]


@pytest.mark.parametrize(
    "forged",
    [
        {},
        {"X-Forwarded-Host": f"{HOST}:8443", "X-Forwarded-Method": "GET"},
        {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "other.test"},
    ],
)
def test_the_question_itself_is_answered_to_no_browser_of_ours(
    edge: Edge, forged: dict[str, str]
) -> None:
    """Asked at our own address it would be about an application of our own origin."""
    with edge.sign_in("viewer") as browser:
        answer = browser.get("/api/auth/verify", headers=forged)

    assert answer.status_code in {400, 403}
    assert problem_of(answer)["code"] in {"same_origin_app", "invalid_request"}
    assert "remote-user" not in answer.headers


def test_the_nodes_that_say_who_people_are_say_it_and_no_other(edge: Edge, another: str) -> None:
    edge.stop_node("ns1")
    with edge.sign_in("viewer") as browser:
        assert _seen(browser.get(f"{another}/"))["remote-user"] == ["viewer"]
    edge.stop_node("ns2")
    with edge.sign_in("viewer") as browser:
        assert problem_of(browser.get(f"{another}/"))["code"] == "identity_unconfirmed"
