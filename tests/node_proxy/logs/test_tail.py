"""The live tail over HTTP: every row once, with its session, and not a moment longer."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
import pytest
from companion.sessions.cookie import COOKIE
from node_proxy.domain.logs.open_tails import MOST_OF_ONE
from redis.asyncio import Redis
from technitium_sandbox.logs.query_log import Row

from tests.node_proxy.conftest import FORWARDED, Stack
from tests.support.event_stream import Event, Server, events, served
from tests.support.query_logs import fill

TAIL = "/api/nodes/logs/tail"


@pytest.fixture
async def server(logs_stack: Stack) -> AsyncGenerator[Server]:
    async with served(logs_stack.apps.public) as started:
        yield started


@asynccontextmanager
async def tailing(
    server: Server, cookie: str, query: str = "", **headers: str
) -> AsyncGenerator[AsyncGenerator[Event]]:
    async with (
        httpx.AsyncClient(headers={**FORWARDED, "Cookie": f"{COOKIE}={cookie}"}) as http,
        events(http, f"{server.url}{TAIL}?{query}", **headers) as told,
    ):
        yield told


def write(
    stack: Stack, node_id: str, *names: str, response_type: int = 3, client: str = "192.168.1.10"
) -> None:
    """A node answers queries now."""
    fill(
        stack.lab,
        node_id,
        [
            Row(
                at=stack.lab.clock.now(),
                client=client,
                protocol=0,
                response_type=response_type,
                rcode=0,
                qname=name,
                qtype=1,
            )
            for name in names
        ],
    )


async def until_all_ok(told: AsyncGenerator[Event], count: int = 3) -> str | None:
    """Until every node is being followed; the result is the last id."""
    left, last = count, None
    async for event in told:
        last = event.id or last
        left -= event.name == "node" and event.data["state"] == "ok"
        if not left:
            break
    return last


async def names_of(told: AsyncGenerator[Event], count: int) -> tuple[list[str], str | None]:
    """The names of the next rows, and the last id."""
    found: list[str] = []
    last = None
    async for event in told:
        last = event.id or last
        if event.name == "entries":
            found += [entry["qname"] for entry in event.data["entries"]]
        if len(found) >= count:
            break
    return found, last


async def test_rows_of_all_nodes_come_as_they_are_written(
    logs_stack: Stack, server: Server
) -> None:
    cookie = await logs_stack.sign_in("admin")
    async with tailing(server, cookie) as told:
        await until_all_ok(told)
        write(logs_stack, "ns1", "one", "two")
        write(logs_stack, "ns3", "three")

        found, _ = await names_of(told, 3)

    assert sorted(found) == ["one", "three", "two"]


async def test_only_rows_that_are_wanted_come(logs_stack: Stack, server: Server) -> None:
    cookie = await logs_stack.sign_in("admin")
    query = "nodes=ns2&statusFilter=blocked&clientIpAddress=168.1&qname=_x"
    async with tailing(server, cookie, query) as told:
        await until_all_ok(told, 1)
        write(logs_stack, "ns2", "a_x", "axx", response_type=4)
        write(logs_stack, "ns2", "b_x")
        write(logs_stack, "ns2", "c_x", response_type=4, client="192.0.2.1")
        write(logs_stack, "ns1", "d_x", response_type=4)
        write(logs_stack, "ns2", "e_x", response_type=5)

        found, _ = await names_of(told, 2)

    assert found == ["a_x", "e_x"]


async def test_a_stream_that_broke_goes_on_where_it_was(logs_stack: Stack, server: Server) -> None:
    cookie = await logs_stack.sign_in("admin")
    async with tailing(server, cookie) as told:
        await until_all_ok(told)
        write(logs_stack, "ns1", "one")
        _, last = await names_of(told, 1)
    assert last is not None
    write(logs_stack, "ns1", "two", "three")

    async with tailing(server, cookie, last_event_id=last) as told:
        assert (await names_of(told, 2))[0] == ["two", "three"]


async def test_rows_of_a_node_that_was_silent_until_the_stream_broke_are_not_missed(
    logs_stack: Stack, server: Server
) -> None:
    cookie = await logs_stack.sign_in("admin")
    async with tailing(server, cookie) as told:
        last = await until_all_ok(told)
    assert last is not None
    write(logs_stack, "ns2", "in between")

    async with tailing(server, cookie, last_event_id=last) as told:
        assert (await names_of(told, 1))[0] == ["in between"]


async def test_a_node_that_stops_is_said_and_lacks_nothing_when_it_is_back(
    logs_stack: Stack, server: Server
) -> None:
    cookie = await logs_stack.sign_in("admin")
    async with tailing(server, cookie) as told:
        await until_all_ok(told)
        await logs_stack.lab.stop("ns2")
        async for event in told:
            if event.name == "node":
                break
        assert event.data["nodeId"] == "ns2"
        assert event.data["state"] == "unreachable"
        write(logs_stack, "ns1", "meanwhile")
        assert (await names_of(told, 1))[0] == ["meanwhile"]
        write(logs_stack, "ns2", "before it is back")
        await logs_stack.lab.start("ns2")

        assert (await names_of(told, 1))[0] == ["before it is back"]


async def test_a_node_without_a_log_app_says_what_to_do(logs_stack: Stack, server: Server) -> None:
    cookie = await logs_stack.sign_in("admin")
    logs_stack.lab.nodes["ns3"].node.apps.uninstall("Query Logs (Sqlite)")
    async with tailing(server, cookie, "nodes=ns3") as told:
        async for event in told:
            if event.name == "node":
                break

    assert event.data["state"] == event.data["code"] == "no_query_logs"
    assert "Install" in event.data["message"]


async def test_the_stream_ends_with_the_session(logs_stack: Stack, server: Server) -> None:
    cookie = await logs_stack.sign_in("admin")
    async with tailing(server, cookie) as told:
        await until_all_ok(told)
        await logs_stack.sessions.end(cookie)
        names = [event.name async for event in told]

    assert names == ["session_ended"]


async def test_a_stream_does_not_keep_a_session_alive(
    logs_stack: Stack, server: Server, redis: Redis
) -> None:
    cookie = await logs_stack.sign_in("admin")
    before = await logs_stack.session(cookie)
    await redis.hset(before.key, "seen", str(before.seen - 120))
    async with tailing(server, cookie) as told:
        await until_all_ok(told)

    assert (await logs_stack.session(cookie)).seen == before.seen - 120


async def test_a_service_that_ends_waits_for_no_stream(logs_stack: Stack, server: Server) -> None:
    cookie = await logs_stack.sign_in("admin")
    async with tailing(server, cookie) as told:
        await until_all_ok(told)
        began = time.monotonic()
        server.stop.set()
        assert server.task is not None
        await asyncio.wait_for(asyncio.shield(server.task), 8)

        assert time.monotonic() - began < 3
        assert [event async for event in told] == []


async def test_pages_that_follow_without_end_are_bounded(logs_stack: Stack, server: Server) -> None:
    cookie = await logs_stack.sign_in("admin")
    async with AsyncExitStack() as opened:
        for _ in range(MOST_OF_ONE):
            told = await opened.enter_async_context(tailing(server, cookie, "nodes=ns1"))
            await anext(told)

        refused = await opened.enter_async_context(
            httpx.AsyncClient(headers={**FORWARDED, "Cookie": f"{COOKIE}={cookie}"})
        )
        answer = await refused.get(f"{server.url}{TAIL}")

    assert answer.status_code == 429
    assert answer.json()["code"] == "too_many_streams"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("backlog=-1", "backlog"),
        ("deduplicateDomains=true", "deduplicateDomains"),
        ("lastEventId=%7B%7D", "lastEventId"),
        ("qtype=NOPE", "qtype"),
    ],
)
async def test_what_cannot_be_followed_is_refused(
    logs_stack: Stack, query: str, field: str
) -> None:
    cookie = await logs_stack.sign_in("admin")

    answer = await logs_stack.get(f"{TAIL}?{query}", cookie)

    assert answer.status_code == 400
    assert answer.json()["field"] == field


@pytest.mark.timeout(60)
async def test_two_hundred_rows_a_second_come_once_while_a_node_restarts(
    logs_stack: Stack, server: Server
) -> None:
    cookie = await logs_stack.sign_in("admin")
    written: list[str] = []
    stop_at = time.monotonic() + 6

    async def write_all() -> None:
        while time.monotonic() < stop_at:
            for node_id in logs_stack.lab.nodes:
                names = [f"{node_id}-{len(written)}-{each}" for each in range(7)]
                write(logs_stack, node_id, *names)
                written.extend(names)
            await asyncio.sleep(0.1)

    async def restart() -> None:
        await asyncio.sleep(1)
        await logs_stack.lab.stop("ns2")
        await asyncio.sleep(1)
        await logs_stack.lab.start("ns2")

    async with tailing(server, cookie) as told:
        await until_all_ok(told)
        async with asyncio.TaskGroup() as group:
            group.create_task(write_all())
            group.create_task(restart())
        found, _ = await names_of(told, len(written))

    assert len(written) > 1000
    assert sorted(found) == sorted(written)
