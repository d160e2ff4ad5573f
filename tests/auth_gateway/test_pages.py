"""The pages: served from memory, revalidated, compressed, and nothing beside them."""

import gzip

import pytest

from tests.auth_gateway.support import Gateway


async def test_the_page_is_at_the_root_with_any_query(gateway: Gateway) -> None:
    root = await gateway.http.get("/")
    with_query = await gateway.http.get("/?node=ns2")

    assert root.status_code == 200
    assert root.headers["content-type"] == "text/html; charset=utf-8"
    assert root.headers["cache-control"] == "no-cache"
    assert with_query.content == root.content
    assert "set-cookie" not in root.headers


async def test_what_did_not_change_is_not_sent_again(gateway: Gateway) -> None:
    first = await gateway.http.get("/")

    again = await gateway.http.get("/", headers={"If-None-Match": first.headers["etag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]


async def test_scripts_are_compressed_for_whoever_takes_it(gateway: Gateway) -> None:
    path = "/vendor/preact.js"
    plain = await gateway.http.get(path, headers={"Accept-Encoding": "identity"})
    async with gateway.http.stream("GET", path, headers={"Accept-Encoding": "gzip"}) as response:
        raw = b"".join([chunk async for chunk in response.aiter_raw()])

    assert plain.headers["content-type"] == "text/javascript; charset=utf-8"
    assert "content-encoding" not in plain.headers
    assert response.headers["content-encoding"] == "gzip"
    assert response.headers["vary"] == "Accept-Encoding"
    assert gzip.decompress(raw) == plain.content


async def test_an_address_that_names_its_content_may_be_kept(gateway: Gateway) -> None:
    path = "/vendor/preact.js"
    tag = (await gateway.http.get(path)).headers["etag"].strip('"')

    kept = await gateway.http.get(path, params={"v": tag[:12]})
    other = await gateway.http.get(path, params={"v": "0123456789ab"})

    assert "immutable" in kept.headers["cache-control"]
    assert other.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path", ["/app.py", "/vendor/manifest.json", "/settings.py", "/js", "/js/", "/index.htm"]
)
async def test_nothing_else_is_served(gateway: Gateway, path: str) -> None:
    assert (await gateway.http.get(path)).status_code == 404


async def test_a_head_request_has_no_body(gateway: Gateway) -> None:
    response = await gateway.http.head("/")

    assert (response.status_code, response.content) == (200, b"")
    assert int(response.headers["content-length"]) > 0
