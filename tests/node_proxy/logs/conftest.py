"""Three nodes whose query logs are known row by row."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from tests.node_proxy.conftest import Stack
from tests.support.query_logs import BEGIN, fill, install, some_rows
from tests.support.sandbox import Sandbox, fresh_nodes

NODES = ("ns1", "ns2", "ns3")


@pytest.fixture
async def logs_lab() -> AsyncGenerator[Sandbox]:
    """A busy node, a quieter one that reaches further back, and one that has just begun."""
    async with fresh_nodes(names=NODES) as lab:
        install(lab)
        fill(lab, "ns1", some_rows("ns1", 1200, spread_s=600))
        fill(lab, "ns2", some_rows("ns2", 300, begin=BEGIN - 3000, spread_s=3600))
        fill(lab, "ns3", some_rows("ns3", 500, begin=BEGIN + 580, spread_s=20))
        yield lab


@pytest.fixture
async def logs_stack(
    logs_lab: Sandbox, make_stack: Callable[..., AbstractAsyncContextManager[Stack]]
) -> AsyncGenerator[Stack]:
    """A node proxy before them."""
    options: dict[str, Any] = {}
    async with make_stack(logs_lab, **options) as made:
        yield made
