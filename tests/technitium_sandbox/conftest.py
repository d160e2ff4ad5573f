"""The cluster of the demonstration and somebody who calls it."""

from collections.abc import AsyncGenerator

import httpx
import pytest

from tests.support.sandbox import Sandbox, sandbox
from tests.technitium_sandbox.caller import Caller


@pytest.fixture
async def lab() -> AsyncGenerator[Sandbox, None]:
    async with sandbox() as running:
        yield running


@pytest.fixture
async def caller(lab: Sandbox) -> AsyncGenerator[Caller, None]:
    async with httpx.AsyncClient(timeout=5) as client:
        yield Caller(lab, client)
