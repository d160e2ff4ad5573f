"""What is passed on at all: paths of the table in exactly their spelling, changes by POST alone."""

from collections.abc import Callable

import pytest
from companion.technitium.versions import Version
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from node_proxy.domain.path_choice import is_refused
from node_proxy.domain.technitium_paths import PATHS
from technitium_sandbox.routes import ROUTER
from technitium_sandbox.versions import VERSIONS

from tests.node_proxy.conftest import Stack
from tests.node_proxy.forward.conftest import Ask, AskRaw

NODE = "/api/nodes/ns1/technitium/"
REFUSED = [
    "user/login",
    "user/logout",
    "user/createToken",
    "user/createSingleUseToken",
    "user/changePassword",
    "user/2fa/init",
    "user/2fa/enable",
    "user/2fa/disable",
    "user/session/get",
    "user/session/delete",
    "admin/sessions/createToken",
    "admin/cluster/init",
    "admin/cluster/secondary/promote",
    "admin/cluster/primary/transferConfig",
    "settings/backup",
    "settings/restore",
]
SPELLINGS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "capitals": str.upper,
    "slash at the end": lambda path: path + "/",
    "slash before": lambda path: "/" + path,
    "two slashes": lambda path: path.replace("/", "//"),
    "encoded slash": lambda path: path.replace("/", "%2F"),
    "twice encoded": lambda path: path.replace("/", "%252f"),
    "backslash": lambda path: path.replace("/", "%5C"),
    "dots": lambda path: "zones/../" + path,
    "encoded dots": lambda path: "zones/%2e%2e/" + path,
    "one dot": lambda path: "./" + path,
    "encoded letter": lambda path: path.replace("e", "%65"),
    "blank": lambda path: path + "%20",
    "zero": lambda path: path + "%00",
    "parameter": lambda path: path + ";x=1",
    "question mark": lambda path: path + "%3Fx",
}
# Between members of a cluster only.
INTERNAL = {"admin/sso/users/create", "admin/sso/users/set"}


@pytest.mark.parametrize("version", ["15.2", "14.3", "13.6"])
def test_table_has_every_path_of_the_version_but_those_that_are_refused(version: str) -> None:
    rules = VERSIONS[version]
    known = {
        route.path.removeprefix("/api/")
        for route in ROUTER.routes
        if rules.has_path(route.path, "POST")
    }

    forwarded = {path for path, one in PATHS.items() if one.call.exists_in(Version.parse(version))}

    refused = {path for path in known if is_refused(path)}
    assert forwarded == known - refused - INTERNAL


def test_table_names_the_right_that_the_node_asks_for() -> None:
    for route in ROUTER.routes:
        path = PATHS.get(route.path.removeprefix("/api/"))
        if path is not None and route.needs:
            section, right = route.needs[0]
            asked = (path.call.section, str(path.call.permission).upper())
            assert asked == (section, right.name), route.path


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_what_is_never_forwarded_is_refused_in_any_spelling(
    stack: Stack, ask_raw: AskRaw, spelling: str
) -> None:
    for path in REFUSED:
        for method in ("GET", "POST"):
            status, problem = await ask_raw(method, NODE + SPELLINGS[spelling](path))

            assert (status, problem["code"]) == (403, "path_not_forwarded")
    assert len(stack.lab.requests) == 0


UNKNOWN = [
    "",
    "zones",
    "zones/LIST",
    "zones/list/",
    "zones//list",
    "/zones/list",
    "zones%2Flist",
    "zones/lis%74",
    "zones/../zones/list",
    "..%2f..%2fadmin",
    "zones/list%0d%0aX:%20y",
    "zones/list%00",
    "http://evil.test/api/zones/list",
    "//evil.test/zones/list",
    "@evil.test/zones/list",
    "zones/list%23",
    "zones/list%3ftoken=x",
    "getStats",
    "admin/sso/users/create",
]


async def test_anything_else_is_unknown_and_reaches_no_node(stack: Stack, ask_raw: AskRaw) -> None:
    for path in UNKNOWN:
        status, problem = await ask_raw("GET", NODE + path)

        assert status == 404, path
        assert problem["code"] in {"path_unknown", "not_found"}, path
    assert len(stack.lab.requests) == 0


IDS = [
    "//evil.test",
    "@evil.test",
    "..",
    "%2e%2e",
    "evil.test:80",
    "ns1%0d%0a",
    "ns1@evil",
    "all/x",
]


async def test_no_id_becomes_another_host(stack: Stack, ask_raw: AskRaw) -> None:
    for node_id in IDS:
        status, _ = await ask_raw("GET", f"/api/nodes/{node_id}/technitium/zones/list")

        assert status == 404, node_id
    assert len(stack.lab.requests) == 0


hostile = st.one_of(
    st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=30),
    st.lists(
        st.sampled_from(
            ["user", "login", "zones", "list", "..", ".", "", "%2e%2e", "%2f", "%5c", "%00", "//",
             "%0d%0a", "@evil.test", "http:", "evil.test", ";", "%25", "LIST", "admin", "cluster"]
        ),
        max_size=6,
    ).map("/".join),
)  # fmt: skip


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(path=hostile)
async def test_no_path_reaches_another_call_than_the_one_it_spells(
    stack: Stack, ask_raw: AskRaw, path: str
) -> None:
    stack.lab.requests.clear()

    status, _ = await ask_raw("GET", NODE + path)

    reached = {(one.node, one.path) for one in stack.lab.requests}
    assert reached <= {("ns1", f"/api/{path}")} & {("ns1", f"/api/{known}") for known in PATHS}
    assert status in {200, 403, 404, 405, 502}


async def test_a_change_wants_post(stack: Stack, ask: Ask) -> None:
    for path in (path for path, one in PATHS.items() if one.call.changes):
        for method in ("GET", "HEAD"):
            answer = await ask(method, NODE + path)

            assert answer.status_code == 405, path
            assert answer.headers["Allow"] == "POST"
            assert answer.headers["Content-Type"] == "application/problem+json"
    assert len(stack.lab.requests) == 0


RESOLVE = {"server": "this-server", "domain": "localhost", "type": "A"}


@pytest.mark.parametrize("imports", ["true", "True", " TRUE ", "1", "yes"])
async def test_resolving_into_a_zone_is_a_change(stack: Stack, ask: Ask, imports: str) -> None:
    answer = await ask("GET", NODE + "dnsClient/resolve", params={**RESOLVE, "Import": imports})

    assert answer.status_code == 405
    assert len(stack.lab.requests) == 0


async def test_resolving_without_that_is_none(ask: Ask) -> None:
    answer = await ask("GET", NODE + "dnsClient/resolve", params={**RESOLVE, "import": "false"})

    assert answer.status_code == 200


async def test_other_methods_do_not_exist(stack: Stack, ask: Ask) -> None:
    for method in ("PUT", "PATCH", "DELETE"):
        assert (await ask(method, NODE + "zones/list")).status_code == 404
    assert len(stack.lab.requests) == 0


async def test_strangers_learn_nothing(stack: Stack) -> None:
    for path in ("zones/list", "user/login", "nothing"):
        assert (await stack.get(NODE + path, None)).status_code == 401
