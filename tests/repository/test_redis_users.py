"""deploy/redis/users.acl lets each service reach the keys that docs/redis.md says it touches."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVICES = ("auth-gateway", "node-proxy", "ptr-worker", "dhcp-tokens")
LINES = (ROOT / "deploy/redis/users.acl").read_text().splitlines()
# Key, whether more follows it, and who touches it.
ROW = re.compile(r"^\| `([^`]+)`( \+ [^|]+)? \|.*\| ([^|]+) \|$", re.MULTILINE)


def _patterns_of(service: str) -> set[str]:
    (line,) = [line for line in LINES if line.startswith(f"user {service} ")]
    return {word[1:] for word in line.split() if word.startswith("~")}


def _documented(service: str) -> set[str]:
    rows = ROW.findall((ROOT / "docs/redis.md").read_text())
    assert len(rows) > 5
    return {
        f"{key}*" if more else key
        for key, more, touched in rows
        if service in touched or re.search(r"\ball\b", touched)
    }


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_reaches_what_it_touches_and_no_more(service: str) -> None:
    patterns, documented = _patterns_of(service), _documented(service)
    covered = {key for key in documented if any(_covers(each, key) for each in patterns)}
    used = {each for each in patterns if any(_covers(each, key) for key in documented)}

    assert covered == documented
    assert used == patterns


def test_nobody_else_may_do_anything() -> None:
    assert LINES[0] == "user default off"
    assert [line.split()[1] for line in LINES[1:]] == [*SERVICES]


@pytest.mark.parametrize("service", SERVICES)
def test_a_user_may_read_and_write_and_no_more(service: str) -> None:
    """No password is shipped: the place of its digest is none, so that Redis refuses the file."""
    (line,) = [line for line in LINES if line.startswith(f"user {service} ")]
    words = line.split()

    assert f"#SHA256-OF-THE-PASSWORD-OF-{service.upper()}" in words
    assert not [word for word in words if word.startswith((">", "+@all", "allkeys", "nopass"))]
    # In this order: what is dangerous is taken out of what was given before.
    assert words.index("-@all") < words.index("+@write") < words.index("-@dangerous")
    assert {"resetkeys", "resetchannels"} <= {*words}


def _covers(pattern: str, key: str) -> bool:
    if pattern.endswith("*"):
        return key.startswith(pattern[:-1])
    return pattern == key
