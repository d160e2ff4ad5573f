"""The envelope of values in Redis: what went in comes out, anything else is refused."""

import msgpack  # type: ignore[import-untyped]
import pytest
from companion.wire import WireError, pack, unpack
from hypothesis import given
from hypothesis import strategies as st

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(kind=st.text(), version=st.integers(0, 1000), body=st.dictionaries(st.text(), values))
def test_what_is_packed_is_unpacked(kind: str, version: int, body: dict[str, object]) -> None:
    packed = pack(kind, version, body)

    assert unpack(packed, kind=kind, versions={version}) == (version, body)


@given(st.binary(max_size=64))
def test_any_other_bytes_are_refused_readably(data: bytes) -> None:
    with pytest.raises(WireError, match=r"\w+"):
        unpack(data, kind="session", versions={1})


@pytest.mark.parametrize(
    "parts",
    [
        ["session", 1],
        ["session", 1, {}, {}],
        [b"session", 1, {}],
        ["session", True, {}],
        ["session", "1", {}],
        ["session", 1, []],
        ["session", 1, {1: 2}],
        ["session", 1, {b"user": "admin"}],
        {"kind": "session"},
        "session",
    ],
)
def test_an_envelope_of_another_shape_is_refused(parts: object) -> None:
    with pytest.raises(WireError):
        unpack(msgpack.packb(parts), kind="session", versions={1})


def test_another_kind_is_refused_by_name() -> None:
    with pytest.raises(WireError, match="'tokens' stands where 'session' belongs"):
        unpack(pack("tokens", 1, {}), kind="session", versions={1})


def test_a_version_of_newer_software_is_refused_by_number() -> None:
    with pytest.raises(WireError, match=r"version 3 is not readable here \(known: 1, 2\)"):
        unpack(pack("session", 3, {}), kind="session", versions={1, 2})


@pytest.mark.parametrize("value", [object(), 2**70, {1, 2}])
def test_a_value_without_a_form_is_refused(value: object) -> None:
    with pytest.raises(WireError):
        pack("session", 1, {"value": value})
