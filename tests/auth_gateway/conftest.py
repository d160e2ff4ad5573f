"""The gateway before simulated nodes and a real Redis."""

from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

import pytest
from redis.asyncio import Redis
from technitium_sandbox.sandbox import Sandbox

from tests.auth_gateway.support import Gateway, running_gateway
from tests.support.sandbox import sandbox


class MakeGateway(Protocol):
    """Makes gateways on one Redis; see `running_gateway`."""

    def __call__(self, **options: Any) -> AbstractAsyncContextManager[Gateway]: ...  # noqa: ANN401


@pytest.fixture
async def lab() -> AsyncGenerator[Sandbox]:
    """The cluster of the demonstration: ns1 is Primary, ns2 and ns3 are Secondaries."""
    async with sandbox() as nodes:
        yield nodes


@pytest.fixture
def make_gateway(lab: Sandbox, redis_url: str, redis: Redis) -> MakeGateway:
    def make(**options: Any) -> AbstractAsyncContextManager[Gateway]:  # noqa: ANN401
        return running_gateway(lab, redis_url, redis, **options)

    return make


@pytest.fixture
async def gateway(make_gateway: MakeGateway) -> AsyncGenerator[Gateway]:
    """A gateway as in production, but for its patience."""
    async with make_gateway() as made:
        yield made
