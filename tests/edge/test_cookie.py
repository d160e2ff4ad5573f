"""The one thing that a browser holds."""

import base64
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.edge.support import shown
from tests.support.edge import COOKIE, Edge

PATHS = ("/", "/api/auth/me", "/api/nodes", "/api/nodes/ns1/overview", "/api/nodes/nobody/overview")


def test_it_is_bound_to_this_host_and_to_https_and_no_script_reads_it(edge: Edge) -> None:
    with edge.visitor() as browser:
        answer = browser.post("/api/auth/login", json={"username": "admin", "password": "admin"})

    (line,) = answer.headers.get_list("set-cookie")
    first, *attributes = [part.strip() for part in line.split(";")]
    assert first.startswith(f"{COOKIE}=")
    assert {each.lower() for each in attributes} >= {
        *("secure", "httponly", "path=/", "samesite=strict"),
    }
    assert not [each for each in attributes if each.lower().startswith("domain")]
    assert len(line) < 4096


def test_it_does_not_outlive_the_session(edge: Edge) -> None:
    with edge.visitor() as browser:
        answer = browser.post("/api/auth/login", json={"username": "admin", "password": "admin"})

    found = re.search(r"max-age=(\d+)", answer.headers["set-cookie"], re.IGNORECASE)
    assert found is not None
    assert int(found[1]) <= 24 * 3600


def test_its_value_is_in_no_other_byte_of_any_answer_or_log(edge: Edge) -> None:
    with edge.visitor() as browser:
        signed_in = browser.post("/api/auth/login", json={"username": "admin", "password": "admin"})
        value = browser.cookies[COOKIE]
        answers = [signed_in, *(browser.get(path) for path in PATHS)]
        answers += [browser.post("/api/auth/logout")]

    assert value.encode() not in shown(answers)
    assert [name for name, text in edge.logs().items() if value in text] == []


def test_values_are_random_and_of_256_bits(edge: Edge) -> None:
    """The count is small because each one costs a sign-in; the source is the system's."""

    def one(_: int) -> str:
        with edge.sign_in("viewer") as browser:
            return str(browser.cookies[COOKIE])

    with ThreadPoolExecutor(4) as pool:
        values = [*pool.map(one, range(40))]

    assert len({*values}) == len(values)
    for value in values:
        assert len(base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))) >= 32
        assert not re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-.*", value)
    # No position is the same in all.
    assert min(len({*column}) for column in zip(*values, strict=True)) > 5


@pytest.mark.parametrize("value", ["", "x", "x" * 43, "x" * 4000, "ä", '"', "a=b"])
def test_a_made_up_value_is_nobody(edge: Edge, value: str) -> None:
    with edge.visitor() as browser:
        answer = browser.get("/api/nodes", headers=[(b"cookie", f"{COOKIE}={value}".encode())])

    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers
