"""Which headers pass the door."""

from auth_gateway.domain.forwarding import has_body, request_headers, response_headers
from companion.asgi.origin import RequestOrigin
from hypothesis import given
from hypothesis import strategies as st

ORIGIN = RequestOrigin(
    scheme="https",
    host="companion.test",
    client_ip="192.0.2.7",
    forwarded_proto=None,
    peer_trusted=False,
)
NAMES = st.sampled_from(
    [
        *(b"connection", b"keep-alive", b"te", b"upgrade", b"x-custom", b"cookie", b"accept"),
        *(b"x-forwarded-for", b"x_forwarded_for", b"x-forwarded-user", b"forwarded", b"x-real-ip"),
        *(b"x-companion-identity-signature", b"x_companion_identity_caller", b"host", b"close"),
    ]
)
HEADERS = st.lists(st.tuples(NAMES, st.sampled_from([b"close", b"x-custom, te", b"evil"])))


def passed(inbound: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    return request_headers(inbound, ORIGIN, request_id="ours")


def test_what_a_client_claims_of_its_origin_is_written_anew() -> None:
    inbound = [
        (b"x-forwarded-for", b"6.6.6.6"),
        (b"x-forwarded-proto", b"http"),
        (b"x-forwarded-user", b"admin"),
        (b"x_forwarded_for", b"6.6.6.6"),
        (b"forwarded", b"for=6.6.6.6"),
        (b"x-real-ip", b"6.6.6.6"),
        (b"x-companion-identity-signature", b"forged"),
        (b"x-request-id", b"theirs"),
        (b"cookie", b"a=b"),
    ]

    assert passed(inbound) == [
        (b"cookie", b"a=b"),
        (b"x-forwarded-for", b"192.0.2.7"),
        (b"x-forwarded-proto", b"https"),
        (b"x-forwarded-host", b"companion.test"),
        (b"x-request-id", b"ours"),
    ]


def test_headers_of_one_connection_stay_there_both_ways() -> None:
    of_one = [(b"connection", b"close, X-Custom"), (b"x-custom", b"1"), (b"te", b"trailers")]

    assert not [name for name, _ in passed(of_one) if name in (b"te", b"x-custom")]
    assert response_headers([*of_one, (b"ETag", b"x")]) == [(b"etag", b"x")]


@given(HEADERS)
def test_stripping_twice_is_stripping_once(inbound: list[tuple[bytes, bytes]]) -> None:
    once = passed(inbound)

    assert passed(once) == once


def test_a_body_is_one_that_is_announced() -> None:
    assert has_body([(b"content-length", b"3")])
    assert has_body([(b"transfer-encoding", b"chunked")])
    assert not has_body([(b"content-length", b"0")])
    assert not has_body([(b"accept", b"*/*")])
