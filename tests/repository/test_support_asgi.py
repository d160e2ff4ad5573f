"""The tests' own way to run an application: lifespan entered, state in every scope."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from tests.support.asgi import running

phases: list[str] = []


@asynccontextmanager
async def lifespan(_: Starlette) -> AsyncGenerator[dict[str, str]]:
    phases.append("started")
    yield {"name": "from the lifespan"}
    phases.append("ended")


async def show(request: Request) -> JSONResponse:
    assert request.client is not None
    return JSONResponse([request.url.scheme, request.client.host, request.state.name])


async def test_an_application_runs_with_its_lifespan_and_state() -> None:
    phases.clear()
    app = Starlette(routes=[Route("/", show)], lifespan=lifespan)

    async with running(app, client=("192.0.2.1", 1)) as client:
        answer = await client.get("/")
        assert phases == ["started"]

    assert answer.json() == ["https", "192.0.2.1", "from the lifespan"]
    assert phases == ["started", "ended"]


async def test_an_application_that_refuses_to_start_says_why() -> None:
    @asynccontextmanager
    async def refuse(_: Starlette) -> AsyncGenerator[None]:
        raise ValueError("no settings")
        yield

    with pytest.raises((RuntimeError, ValueError), match="no settings"):
        async with running(Starlette(lifespan=refuse)):
            pass
