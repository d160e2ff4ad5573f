"""What tells the releases apart where no story was recorded."""

import httpx
import pytest
from technitium_sandbox.demonstration.nodes import demonstration
from technitium_sandbox.sandbox import Sandbox
from technitium_sandbox.versions import V13_6, V14_3, Version

from tests.support.sandbox import fresh_nodes

RELEASES = ("15.2", "14.3", "13.6")


@pytest.mark.parametrize("version", RELEASES)
async def test_a_node_says_which_release_it_is(version: str) -> None:
    async with fresh_nodes(version=version) as lab, httpx.AsyncClient() as client:
        form = {"user": "admin", "pass": "admin", "includeInfo": "true"}
        answer = (await client.post(f"{lab.nodes['ns1'].url}/api/user/login", data=form)).json()

    assert answer["info"]["version"] == version
    assert ("server" in answer) == (version != "13.6")


@pytest.mark.parametrize(("version", "encoding"), [("15.2", "gzip"), ("13.6", None)])
async def test_the_oldest_release_compresses_nothing(version: str, encoding: str | None) -> None:
    async with fresh_nodes(version=version) as lab, httpx.AsyncClient() as client:
        form = {"user": "admin", "pass": "admin", "includeInfo": "true"}
        headers = {"Accept-Encoding": "gzip"}
        url = f"{lab.nodes['ns1'].url}/api/user/login"
        answer = await client.post(url, data=form, headers=headers)

    assert answer.headers.get("content-encoding") == encoding


async def test_joining_by_get_came_with_15() -> None:
    async with fresh_nodes(version="14.3") as lab, httpx.AsyncClient() as client:
        url = lab.nodes["ns1"].url
        form = {"user": "admin", "pass": "admin"}
        token = (await client.post(f"{url}/api/user/login", data=form)).json()["token"]
        answer = await client.get(f"{url}/api/admin/cluster/initJoin", params={"token": token})

    assert answer.status_code == httpx.codes.NOT_FOUND


async def test_a_reset_keeps_the_release() -> None:
    async with fresh_nodes(version="14.3") as lab:
        lab.reset()

        assert lab.nodes["ns1"].node.version is V14_3


@pytest.mark.parametrize("version", [V14_3, V13_6])
async def test_the_demonstration_can_be_of_an_older_release(version: Version) -> None:
    lab = Sandbox(lambda sandbox: demonstration(sandbox, version=version))
    async with lab, httpx.AsyncClient() as client:
        url = lab.nodes["ns2"].url
        form = {"user": "viewer", "pass": "viewer"}
        token = (await client.post(f"{url}/api/user/login", data=form)).json()["token"]
        answer = await client.get(f"{url}/api/zones/list", params={"token": token})

    assert answer.json()["status"] == "ok"
    assert (lab.nodes["ns2"].node.cluster is not None) == version.has_clusters
