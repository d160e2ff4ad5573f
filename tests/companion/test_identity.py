"""The signed identity of a service: it opens the very call it was made for, and no other."""

from dataclasses import astuple, dataclass, replace

import pytest
from companion.identity import (
    CALLER_HEADER,
    SIGNATURE_HEADER,
    TIME_HEADER,
    IdentityRefused,
    Signer,
    Verifier,
)
from companion.secret import Secret
from hypothesis import assume, given
from hypothesis import strategies as st

SECRET = Secret("the internal secret of the tests")
CALLERS = ("dhcp-tokens", "node-proxy")
NOW = 1_700_000_000.0


@dataclass(frozen=True)
class Call:
    """Everything that a signature covers."""

    audience: str = "auth-gateway"
    caller: str = "dhcp-tokens"
    method: str = "POST"
    path: str = "/internal/introspect"
    query: str = "node=ns1"
    body: bytes = b'{"cookie":"x"}'
    time: float = NOW


CALL = Call()

calls = st.builds(
    Call,
    audience=st.text(min_size=1),
    caller=st.sampled_from(CALLERS),
    method=st.sampled_from(["GET", "POST", "DELETE"]),
    path=st.text(),
    query=st.text(),
    body=st.binary(),
    time=st.floats(0, 1e10),
)


def signed(call: Call = CALL, secret: Secret = SECRET) -> dict[str, str]:
    signer = Signer(secret, call.caller)
    return signer.headers(call.method, call.path, call.query, call.body, call.audience, call.time)


def verified(headers: dict[str, str], call: Call = CALL, now: float | None = None) -> str:
    return Verifier(SECRET, call.audience).verify(
        headers,
        call.method,
        call.path,
        call.query,
        call.body,
        callers=CALLERS,
        now=call.time if now is None else now,
    )


@given(calls)
def test_a_signed_call_tells_its_caller(call: Call) -> None:
    assert verified(signed(call), call) == call.caller


@given(calls, calls)
def test_a_signature_opens_no_other_call(one: Call, other: Call) -> None:
    assume(astuple(replace(one, time=0)) != astuple(replace(other, time=0)))
    other = replace(other, time=one.time)
    headers = signed(one) | {CALLER_HEADER: other.caller}

    with pytest.raises(IdentityRefused, match="signature"):
        verified(headers, other)


@given(st.text(), st.text())
def test_text_that_moves_from_the_path_to_the_query_is_refused(path: str, query: str) -> None:
    assume(query)
    whole = replace(CALL, path=path + query, query="")

    with pytest.raises(IdentityRefused, match="signature"):
        verified(signed(whole), replace(CALL, path=path, query=query))


@pytest.mark.parametrize(
    "changed",
    [
        replace(CALL, audience="node-proxy"),
        replace(CALL, method="GET"),
        replace(CALL, path="/internal/introspect/"),
        replace(CALL, query=""),
        replace(CALL, body=b""),
    ],
)
def test_each_changed_part_is_refused(changed: Call) -> None:
    with pytest.raises(IdentityRefused, match="signature"):
        verified(signed(), changed)


@pytest.mark.parametrize("header", [CALLER_HEADER, TIME_HEADER, SIGNATURE_HEADER])
def test_a_missing_header_is_refused(header: str) -> None:
    headers = signed()
    del headers[header]

    with pytest.raises(IdentityRefused, match="missing"):
        verified(headers)


@pytest.mark.parametrize("time", ["", "nan", "inf", "1e9", " 1.000", "-1.000", "1.0000", "1.000\n"])
def test_a_time_of_another_form_is_refused(time: str) -> None:
    with pytest.raises(IdentityRefused, match="malformed"):
        verified(signed() | {TIME_HEADER: time})


def test_a_later_time_cannot_be_written_over_the_signed_one() -> None:
    with pytest.raises(IdentityRefused, match="signature"):
        verified(signed() | {TIME_HEADER: f"{NOW + 20:.3f}"}, now=NOW + 40)


@pytest.mark.parametrize("offset_s", [-30.0, 0.0, 30.0])
def test_a_call_within_the_window_passes(offset_s: float) -> None:
    assert verified(signed(), now=NOW + offset_s) == "dhcp-tokens"


@pytest.mark.parametrize("offset_s", [-31.0, 31.0])
def test_a_call_outside_the_window_is_refused(offset_s: float) -> None:
    with pytest.raises(IdentityRefused, match="time"):
        verified(signed(), now=NOW + offset_s)


def test_a_service_that_the_route_is_not_for_is_refused() -> None:
    worker = replace(CALL, caller="ptr-worker")

    with pytest.raises(IdentityRefused, match="caller"):
        verified(signed(worker), worker)


def test_another_secret_is_refused() -> None:
    with pytest.raises(IdentityRefused, match="signature"):
        verified(signed(secret=Secret("another secret")))


def test_a_signature_of_no_ascii_is_refused() -> None:
    with pytest.raises(IdentityRefused, match="signature"):
        verified(signed() | {SIGNATURE_HEADER: "ä" * 64})
