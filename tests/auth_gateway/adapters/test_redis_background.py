"""What ptr-worker wrote of the background token, and what is made of nonsense."""

import pytest
from auth_gateway.adapters.redis_background import RedisBackgroundState
from companion.keys import BACKGROUND_TOKEN
from redis.asyncio import Redis


async def test_what_the_worker_wrote_is_kept_for_a_second(redis: Redis) -> None:
    moment = 100.0
    state = RedisBackgroundState(redis, monotonic=lambda: moment)
    await redis.set(BACKGROUND_TOKEN, b'{"state": "ok"}')
    assert await state.recent() == {"state": "ok"}
    await redis.delete(BACKGROUND_TOKEN)

    moment += 0.9
    assert await state.recent() == {"state": "ok"}
    moment += 0.2
    assert await state.recent() is None


@pytest.mark.parametrize("odd", [b"", b"{", b"[]", b'{"state": "\xff"}', b"[" * 100_000])
async def test_what_cannot_be_read_is_as_if_nothing_was_written(redis: Redis, odd: bytes) -> None:
    state = RedisBackgroundState(redis, monotonic=lambda: 0.0)
    await redis.set(BACKGROUND_TOKEN, odd)

    assert await state.now() is None
