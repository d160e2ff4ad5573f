"""Decodes a gzip body as it comes, in pieces of bounded size: a few bytes can stand for gigabytes.

A node is asked for gzip and for nothing else.
"""

import zlib
from collections.abc import Iterator
from typing import Final

PIECE_BYTES: Final = 64 * 1024
# zlib's word for "with the header and the checksum of gzip".
_GZIP: Final = 16 + zlib.MAX_WBITS


class CutOff(Exception):  # noqa: N818 - it states an outcome, not a fault
    """The body ended before the gzip in it did."""


class Gunzip:
    """One body. What follows the end of the gzip in it is left out."""

    def __init__(self) -> None:
        self._decoder = zlib.decompressobj(_GZIP)
        self._has_begun = False

    def pieces(self, chunk: bytes) -> Iterator[bytes]:
        """What `chunk` stands for, at most `PIECE_BYTES` at a time, decoded when it is taken.

        Raises:
            zlib.error: It is no gzip.
        """
        self._has_begun = True
        while chunk and not self._decoder.eof:
            piece = self._decoder.decompress(chunk, PIECE_BYTES)
            if piece:
                yield piece
            chunk = self._decoder.unconsumed_tail
        # What the decoder still holds when it has taken everything and a piece was full.
        while not self._decoder.eof and (piece := self._decoder.decompress(b"", PIECE_BYTES)):
            yield piece

    def finish(self) -> None:
        """Say that the body is over; one without a byte is whole.

        Raises:
            CutOff: It is not whole.
        """
        if self._has_begun and not self._decoder.eof:
            raise CutOff
