"""Session keys and peppers: lists of them, so that one can be replaced."""

import base64
import secrets

import pytest
from companion.sessions.seal import KeyRing, Pepper, SealBroken, UnknownKey
from hypothesis import given
from hypothesis import strategies as st

from tests.support.sessions import keyring, session_key

KEYS = keyring("one", "two")


@given(plain=st.binary(), associated=st.binary())
def test_what_is_sealed_opens_for_the_same_place(plain: bytes, associated: bytes) -> None:
    assert KEYS.open(KEYS.seal(plain, associated=associated), associated=associated) == plain


@given(st.binary(max_size=80), st.data())
def test_a_changed_blob_never_opens(plain: bytes, data: st.DataObject) -> None:
    blob = bytearray(KEYS.seal(plain, associated=b"place"))
    blob[data.draw(st.integers(0, len(blob) - 1))] ^= data.draw(st.integers(1, 255))

    with pytest.raises((SealBroken, UnknownKey)):
        KEYS.open(bytes(blob), associated=b"place")


@given(st.binary(max_size=64))
def test_any_bytes_are_refused(blob: bytes) -> None:
    with pytest.raises((SealBroken, UnknownKey)):
        KEYS.open(blob, associated=b"place")


def test_a_blob_for_another_place_does_not_open() -> None:
    with pytest.raises(SealBroken):
        KEYS.open(KEYS.seal(b"plain", associated=b"here"), associated=b"there")


def test_the_first_key_seals_and_all_open() -> None:
    by_second = keyring("two").seal(b"plain", associated=b"")

    assert KEYS.open(by_second, associated=b"") == b"plain"
    with pytest.raises(UnknownKey):
        keyring("two").open(KEYS.seal(b"plain", associated=b""), associated=b"")


def test_an_unknown_key_is_told_by_its_id() -> None:
    blob = KEYS.seal(b"plain", associated=b"")

    with pytest.raises(UnknownKey) as refused:
        keyring("three").open(blob, associated=b"")

    assert refused.value.key_id == blob[1:5].hex()


def test_the_same_text_is_never_sealed_alike() -> None:
    assert len({KEYS.seal(b"plain", associated=b"") for _ in range(1000)}) == 1000


@pytest.mark.parametrize("altchars", [b"+/", b"-_"], ids=["standard", "url"])
@pytest.mark.parametrize("padding", ["", "="], ids=["bare", "padded"])
def test_keys_are_read_in_either_alphabet_with_or_without_padding(
    altchars: bytes, padding: str
) -> None:
    key = bytes(range(224, 256))
    text = base64.b64encode(key, altchars=altchars).decode().rstrip("=") + padding

    ring = KeyRing.from_text(f" {text} , {session_key('two')}")

    assert KeyRing([key]).open(ring.seal(b"plain", associated=b""), associated=b"") == b"plain"


@pytest.mark.parametrize(
    "text", ["", "short", session_key("one") + ",", "canary!" * 6, "A" * 44, "ä" * 44]
)
def test_what_is_no_key_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(ValueError, match=r"Session key \d is not 32 bytes") as refused:
        KeyRing.from_text(text)

    assert text == "" or text not in str(refused.value)


def test_a_ring_needs_a_key() -> None:
    with pytest.raises(ValueError, match="one or more keys"):
        KeyRing([])


def test_a_pepper_hides_values_and_finds_them_with_every_secret() -> None:
    old, new = (secrets.token_urlsafe(32) for _ in range(2))
    before, after = Pepper.from_text(old), Pepper.from_text(f"{new}, {old}")

    assert before.digest("value") in after.digests("value")
    assert after.digest("value") == after.digests("value")[0] != before.digest("value")
    assert len(before.digest("value")) == 32


@pytest.mark.parametrize("text", ["", "too short", "long enough for a pepper,"])
def test_a_short_pepper_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="16 characters"):
        Pepper.from_text(text)
