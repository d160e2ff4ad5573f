"""How much of a node's long answers is held at the same time, however many there are."""

import asyncio
import json

import pytest
from companion.secret import Secret
from companion.technitium.calls import ZONES_LIST
from companion.technitium.errors import NodeGarbled
from companion.technitium.large_answers import SMALL_BYTES, LargeAnswers
from companion.technitium.pool import NodePool

from tests.companion.technitium.raw_node import OK, RawNode, RawRequest, http_json

LONG = json.dumps({**OK, "response": {"zones": ["x" * 20 * SMALL_BYTES]}}).encode()


def test_small_answers_always_have_room() -> None:
    large = LargeAnswers(most_bytes=SMALL_BYTES)
    with large.reading() as first, large.reading() as second:
        assert first(2 * SMALL_BYTES)
        assert second(SMALL_BYTES)
        assert not second(SMALL_BYTES + 1)


def test_room_is_given_back_at_the_end_whatever_that_is() -> None:
    large = LargeAnswers(most_bytes=SMALL_BYTES)
    with pytest.raises(KeyError):
        _read_and_fail(large)

    with large.reading() as another:
        assert another(2 * SMALL_BYTES)


async def test_too_many_long_answers_at_a_time_are_refused_and_short_ones_are_not() -> None:
    """Five of 20 MiB: three fit, and the rest says why."""
    held_back = asyncio.Event()

    async def handler(request: RawRequest, writer: asyncio.StreamWriter) -> None:
        if "session" in request.line:
            writer.write(http_json({**OK, "username": "me"}))
            return
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(LONG)}\r\n\r\n"
        # The end of each is held back, so that all are being read at the same time.
        writer.write(head.encode() + LONG[:-1])
        await writer.drain()
        await held_back.wait()
        writer.write(LONG[-1:])

    async with RawNode(handler) as node, NodePool([node.config()]) as pool:
        calls = [asyncio.create_task(_zones(pool)) for _ in range(5)]
        done, waiting = await asyncio.wait(calls, timeout=30, return_when=asyncio.FIRST_EXCEPTION)
        while len(done) < 2:
            more, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            done |= more
        held_back.set()
        answers = await asyncio.gather(*waiting)
        again = await _zones(pool)

    for call in done:
        assert isinstance(call.exception(), NodeGarbled)
        assert "at the same time" in str(call.exception())
    assert [len(answer["zones"]) for answer in (*answers, again)] == [1] * 4


def _read_and_fail(large: LargeAnswers) -> None:
    with large.reading() as has_room:
        assert has_room(2 * SMALL_BYTES)
        raise KeyError


async def _zones(pool: NodePool) -> dict[str, list[str]]:
    return await pool["ns1"].call(ZONES_LIST, token=Secret("t"), version="15.2", deadline_s=30)
