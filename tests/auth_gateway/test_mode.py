"""The mode of the running stack, which the gateway publishes."""

from companion.keys import MODE
from redis.asyncio import Redis

from tests.auth_gateway.conftest import MakeGateway
from tests.auth_gateway.support import Gateway, problem, until


async def test_a_gateway_says_which_mode_runs(make_gateway: MakeGateway, redis: Redis) -> None:
    await redis.set(MODE, "legacy")
    async with make_gateway():

        async def is_said() -> bool:
            return bool(await redis.get(MODE) == b"session")

        await until(is_said)


async def test_a_redis_that_lost_the_mode_is_told_again(gateway: Gateway, redis: Redis) -> None:
    assert (await gateway.http.get("/readyz")).status_code == 200
    await redis.delete(MODE)

    assert (await gateway.http.get("/readyz")).status_code == 200
    assert await redis.get(MODE) == b"session"


async def test_a_gateway_beside_one_of_another_mode_is_not_ready(
    gateway: Gateway, redis: Redis
) -> None:
    assert (await gateway.http.get("/readyz")).status_code == 200
    await redis.set(MODE, "legacy")

    response = await gateway.http.get("/readyz")

    assert response.status_code == 503
    assert "AUTH_SESSION_ENABLED" in problem(response)["checks"]["mode"]["reason"]
