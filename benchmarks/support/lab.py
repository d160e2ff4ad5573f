"""Both services before three simulated nodes of this process."""

import asyncio
import tempfile
from collections.abc import AsyncGenerator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

from benchmarks.support.services import Services, services
from tests.support.query_logs import install
from tests.support.sandbox import Sandbox, fresh_nodes


@asynccontextmanager
async def logging_nodes() -> AsyncGenerator[Sandbox]:
    """Nodes that keep query logs, which are empty."""
    async with fresh_nodes(names=("bench", "b", "c")) as lab:
        install(lab)
        yield lab


@asynccontextmanager
async def services_before(lab: Sandbox) -> AsyncGenerator[Services]:
    """Both, up while the block runs.

    They start and end in a thread: the nodes, which they ask meanwhile, need this one's loop.
    """
    urls = {name: stand.url for name, stand in lab.nodes.items()}
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        running = services(folder, node_url=urls.pop("bench"), others=urls)
        yield await asyncio.to_thread(opened.enter_context, running)
