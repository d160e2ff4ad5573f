"""Gzip, piece by piece: whole, cut off, wrong, and far larger than it looks."""

import gzip
import random
import tracemalloc
import zlib

import pytest
from companion.technitium.gunzip import PIECE_BYTES, CutOff, Gunzip
from hypothesis import given
from hypothesis import strategies as st


def decoded(packed: bytes, *, step: int) -> bytes:
    gunzip = Gunzip()
    body = b"".join(
        piece
        for start in range(0, len(packed), step)
        for piece in gunzip.pieces(packed[start : start + step])
    )
    gunzip.finish()
    return body


@given(st.binary(max_size=2_000), st.integers(1, 300))
def test_a_body_is_what_was_packed_however_it_comes(body: bytes, step: int) -> None:
    assert decoded(gzip.compress(body), step=step) == body


def test_long_bodies_come_whole() -> None:
    body = random.Random(1).randbytes(PIECE_BYTES * 3 + 1) * 4  # noqa: S311 - any bytes will do

    assert decoded(gzip.compress(body), step=10_000) == body


def test_no_piece_is_larger_than_promised_and_none_is_made_before_it_is_taken() -> None:
    bomb = gzip.compress(b" " * 64 * 1024 * 1024)
    tracemalloc.start()

    sizes = [len(piece) for piece in Gunzip().pieces(bomb)]

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sum(sizes) == 64 * 1024 * 1024
    assert 0 < min(sizes) <= max(sizes) <= PIECE_BYTES
    assert peak < 4 * 1024 * 1024


def test_what_follows_the_end_is_left_out() -> None:
    assert decoded(gzip.compress(b"whole") + b"more", step=7) == b"whole"


def test_a_body_without_a_byte_is_whole() -> None:
    Gunzip().finish()


@pytest.mark.parametrize("left_out", [1, 8, 20])
def test_a_body_that_was_cut_is_none(left_out: int) -> None:
    with pytest.raises(CutOff):
        decoded(gzip.compress(b"some text, then more of it")[:-left_out], step=5)


def test_other_bytes_are_refused() -> None:
    with pytest.raises(zlib.error):
        decoded(b"{}", step=2)
