"""Bad passwords: few reach a node, and nobody else is held up by them.

Every test has addresses of its own, which Traefik tells and nobody can make up.
"""

import statistics
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from technitium_sandbox.accounts.totp import code as totp_code
from technitium_sandbox.demonstration.nodes import TOTP_SECRET

from tests.edge.support import problem_of
from tests.support.edge import Edge


def _try(edge: Edge, address: str, name: str, password: str, **more: str) -> httpx.Response:
    with edge.visitor(address) as client:
        body = {"username": name, "password": password, **more}
        return client.post("/api/auth/login", json=body)


def test_fifty_bad_passwords_hold_up_that_name_there_and_nobody_else(edge: Edge) -> None:
    bad, good = edge.address(), edge.address()
    with edge.sign_in("viewer", address=good) as living:
        answers = [_try(edge, bad, "viewer", f"wrong-{count}") for count in range(50)]

        assert living.get("/api/nodes").status_code == 200
        # The same name from where it is signed in, and another name from the bad address.
        assert _try(edge, good, "viewer", "viewer").status_code == 201
        assert _try(edge, bad, "dhcp", "dhcp").status_code == 201

    assert {answer.status_code for answer in answers[:2]} == {401}
    assert {answer.status_code for answer in answers[4:]} == {429}
    for answer in answers[4:]:
        assert problem_of(answer)["code"] == "throttled"
        assert int(answer.headers["retry-after"]) > 0
    assert len(edge.requests("ns1", "/api/user/login")) < 10
    assert _is_open(edge, bad)


def test_fifty_at_once_reach_no_node_more_often(edge: Edge) -> None:
    """Both replicas count together, also what comes at the same moment."""
    bad = edge.address()
    with ThreadPoolExecutor(16) as pool:
        answers = [*pool.map(lambda count: _try(edge, bad, f"name{count}", "wrong"), range(50))]

    assert {answer.status_code for answer in answers} == {401, 429}
    assert len(edge.requests("ns1", "/api/user/login")) <= 4
    assert _is_open(edge, bad)


def test_eight_right_sign_ins_of_one_person_at_once_all_get_in(edge: Edge) -> None:
    """A phone, a laptop and some scripts: none is held back for what the others might be."""
    home = edge.address()
    with ThreadPoolExecutor(8) as pool:
        answers = [*pool.map(lambda _: _try(edge, home, "viewer", "viewer"), range(8))]

    assert [answer.status_code for answer in answers] == [201] * 8
    for answer in answers:
        assert all(entry["success"] for entry in answer.json()["nodes"])


def test_eight_wrong_ones_of_one_name_at_once_reach_each_node_twice(edge: Edge) -> None:
    bad = edge.address()
    with ThreadPoolExecutor(8) as pool:
        answers = [*pool.map(lambda _: _try(edge, bad, "viewer", "wrong"), range(8))]

    assert sorted(answer.status_code for answer in answers) == [401] * 2 + [429] * 6
    for node in ("ns1", "ns2", "ns3"):
        assert len(edge.requests(node, "/api/user/login")) == 2
    assert _is_open(edge, bad)


def test_a_name_is_one_name_however_it_is_written(edge: Edge) -> None:
    bad = edge.address()
    statuses = [
        _try(edge, bad, name, "wrong").status_code
        for name in ("Viewer", "viewer ", "VIEWER", " vieWer")
    ]

    assert statuses == [401, 401, 429, 429]


def test_an_unknown_name_is_answered_like_a_wrong_password(edge: Edge) -> None:
    """Alike in status, text and headers, before and after the limit."""
    known = [_try(edge, edge.address(), "viewer", "wrong")]
    unknown = [_try(edge, edge.address(), "nobody-here", "wrong")]
    there, elsewhere = edge.address(), edge.address()
    for _ in range(4):
        known.append(_try(edge, there, "viewer", "wrong"))
        unknown.append(_try(edge, elsewhere, "nobody-here", "wrong"))

    for one, other in zip(known, unknown, strict=True):
        assert one.status_code == other.status_code
        assert _comparable(one) == _comparable(other)
        assert sorted(one.headers) == sorted(other.headers)


def test_an_unknown_name_takes_as_long_as_a_wrong_password(edge: Edge) -> None:
    """Medians of several, each from an address of its own."""

    def took_s(name: str) -> float:
        began = time.monotonic()
        assert _try(edge, edge.address(), name, "wrong").status_code == 401
        return time.monotonic() - began

    # By turns, so that a busy machine slows down both alike.
    pairs = [(took_s("viewer"), took_s("nobody-here")) for _ in range(9)]
    known, unknown = (statistics.median(each) for each in zip(*pairs, strict=True))

    assert 0.5 < known / unknown < 2


@pytest.mark.parametrize("written", ["203.0.113.9", "127.0.0.1", "::1"])
def test_a_node_is_told_the_clients_own_address(edge: Edge, written: str) -> None:
    address = edge.address()
    with edge.visitor(address) as client:
        client.post(
            "/api/auth/login",
            json={"username": "viewer", "password": "viewer"},
            headers={"X-Real-IP": written, "X-Forwarded-For": written},
        )

    for node in ("ns1", "ns2", "ns3"):
        (seen,) = edge.requests(node, "/api/user/login")
        assert seen["headers"]["x-real-ip"] == address


def test_forged_addresses_do_not_buy_more_tries(edge: Edge) -> None:
    bad = edge.address()
    with edge.visitor(bad) as client:
        for count in range(20):
            client.post(
                "/api/auth/login",
                json={"username": f"name{count}", "password": "wrong"},
                headers={"X-Forwarded-For": f"198.51.100.{count}", "X-Real-IP": "198.51.100.1"},
            )

    assert len(edge.requests("ns1", "/api/user/login")) <= 4


def test_a_code_is_asked_of_every_node_at_once_and_counts_as_one_try(edge: Edge) -> None:
    bad = edge.address()
    wrong = [_try(edge, bad, "totp", "totp", totp=f"00000{count}") for count in range(8)]
    asked = {node: len(edge.requests(node, "/api/user/login")) for node in ("ns1", "ns2", "ns3")}

    assert {answer.status_code for answer in wrong} == {401, 429}
    assert set(asked.values()) <= {2, 3, 4}
    assert len({*asked.values()}) == 1
    assert _is_open(edge, bad)


def test_the_right_password_without_its_code_counts_until_the_code_comes(edge: Edge) -> None:
    """The nodes' word for it proves that the password was right: it is no free guess."""
    bad = edge.address()
    answers = [_try(edge, bad, "totp", "totp") for _ in range(6)]

    assert answers[0].json()["code"] == "totp_required"
    assert 429 in {answer.status_code for answer in answers}
    assert _is_open(edge, bad)


def test_a_code_signs_in_once(edge: Edge) -> None:
    code = totp_code(TOTP_SECRET, time.time())
    first = _try(edge, edge.address(), "totp", "totp", totp=code)
    again = _try(edge, edge.address(), "totp", "totp", totp=code)

    assert first.status_code == 201
    assert (again.status_code, again.json()["code"]) == (401, "totp_used")


def test_a_code_at_both_replicas_at_once_signs_in_once(edge: Edge) -> None:
    code = totp_code(TOTP_SECRET, time.time() + 60)
    with ThreadPoolExecutor(6) as pool:
        answers = [
            *pool.map(
                lambda address: _try(edge, address, "totp", "totp", totp=code),
                [edge.address() for _ in range(6)],
            )
        ]

    assert sorted(answer.status_code for answer in answers) == [201, 401, 401, 401, 401, 401]


def _comparable(answer: httpx.Response) -> dict[str, object]:
    document = problem_of(answer)
    document.pop("requestId")
    return document


def _is_open(edge: Edge, address: str) -> bool:
    """Whether each node itself still takes a password from this address."""
    said = [
        httpx.post(
            f"{url}/api/user/login",
            data={"user": "viewer", "pass": "viewer"},
            headers={"X-Real-IP": address},
        ).json()
        for url in edge.nodes.values()
    ]
    return all(one["status"] == "ok" for one in said)
