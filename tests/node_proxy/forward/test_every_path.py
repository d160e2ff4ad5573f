"""Every path of the table by every kind of person: as the node itself, and no secret in it."""

import pytest
from companion.technitium.text import readable
from companion.technitium.versions import Version
from node_proxy.domain.technitium_paths import PATHS
from redis.asyncio import Redis

from tests.node_proxy.forward.samples import in_order, parameters
from tests.node_proxy.forward.twins import SECRETS, Twins, masked, twins

PEOPLE = [
    ("15.2", "viewer"),
    ("15.2", "dhcp"),
    ("15.2", "admin"),
    ("14.3", "viewer"),
    ("14.3", "admin"),
    ("13.6", "viewer"),
    ("13.6", "admin"),
]


@pytest.mark.parametrize(("version", "user"), PEOPLE)
async def test_every_path_answers_as_the_node_itself(
    redis_url: str, redis: Redis, version: str, user: str
) -> None:
    async with twins(redis_url, redis, version=version) as both:
        cookie, token = await both.sign_in(user)
        shown = [await compared(both, path, cookie, token, version) for path in in_order()]
        tokens = {*both.stack.lab.nodes["ns1"].live_tokens(), token}

    everything = "\n".join(shown)
    assert not [secret for secret in (*SECRETS, *tokens) if secret in everything]


async def compared(both: Twins, path: str, cookie: str, token: str, version: str) -> str:
    """Asks both twins; gives back all that was shown to the person."""
    form = parameters(path)
    answer = await both.forward(path, form, cookie)
    shown = answer.text + str(answer.headers.raw)
    if not PATHS[path].call.exists_in(Version.parse(version)):
        assert (answer.status_code, answer.json()["code"]) == (501, "node_version_unsupported")
        return shown
    told = await both.ask_directly(path, form, token=token)
    if not told.headers["Content-Type"].startswith("application/json"):
        assert answer.status_code == 200, path
        assert answer.content == told.content.replace(SECRETS[2].encode(), b"********"), path
        return shown
    said = told.json()
    if said["status"] == "ok":
        assert answer.status_code == 200, (path, answer.text)
        assert answer.json() == masked(told.text), path
    elif said["errorMessage"] == "Access was denied.":
        assert (answer.status_code, answer.json()["code"]) == (403, "node_permission_denied"), path
        assert answer.json().get("section") == PATHS[path].call.section
    else:
        assert (answer.status_code, answer.json()["code"]) == (502, "node_error"), path
        assert answer.json()["detail"] == readable(said["errorMessage"])
    return shown
