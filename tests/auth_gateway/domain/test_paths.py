"""Which request targets are taken at all."""

import pytest
from auth_gateway.domain.paths import path_problem


@pytest.mark.parametrize(
    ("path", "query"),
    [
        (b"/", b""),
        (b"/api/nodes/ns1/zones", b"zone=a.b&x=%2F..%2F"),
        (b"/api/nodes/ns1/zones/", b""),
        (b"/api/nodes/caf%C3%A9", b""),
        (b"/api/nodes/a..b/...", b""),
        (b"/api/nodes/%40evil/a:b@c;d=1,e", b"a=//evil"),
        (b"/api/nodes/%252e%252e/x", b""),
    ],
)
def test_plain_targets_are_taken(path: bytes, query: bytes) -> None:
    assert path_problem(path, query) is None


@pytest.mark.parametrize(
    "path",
    [
        b"",
        b"api",
        b"*",
        b"http://evil/api",
        b"//evil/api",
        b"/api//nodes",
        b"/api/../internal",
        b"/api/./nodes",
        b"/api/nodes/..",
        b"/api/%2e%2e/internal",
        b"/api/%2E./internal",
        b"/api/.%2e",
        b"/api/a%2fb",
        b"/api/a%2Fb",
        b"/api/a%5cb",
        b"/api/a\\b",
        b"/api/a%0d%0ab",
        b"/api/a%00",
        b"/api/a\r\nb",
        b"/api/a b",
        b"/api/caf\xc3\xa9",
        b"/api/a#b",
        b"/api/%",
        b"/api/%2",
        b"/api/%zz",
    ],
)
def test_targets_that_can_be_read_in_two_ways_are_refused(path: bytes) -> None:
    assert path_problem(path, b"") is not None


@pytest.mark.parametrize("query", [b"a=b c", b"a=\r\n", b"a=b#c", b"a=\xff"])
def test_queries_with_odd_bytes_are_refused(query: bytes) -> None:
    assert path_problem(b"/api", query) is not None
