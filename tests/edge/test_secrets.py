"""Where secrets are: in files of the services that need them, and nowhere else."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.edge import Edge
from tests.support.edge_settings import HOLDERS, SERVICES

PROCESSES = ("auth-gateway-1", "auth-gateway-2", "node-proxy-1", "node-proxy-2")
MODULES = {name: name.replace("-", "_") for name in SERVICES}
# What each cannot do without.
READ = {
    "auth-gateway": ("SESSION_KEYS", "SESSION_PEPPER", "INTERNAL_SECRET", "REDIS_URL"),
    "node-proxy": ("SESSION_KEYS", "SESSION_PEPPER", "INTERNAL_SECRET", "REDIS_URL"),
    "dhcp-tokens": ("INTERNAL_SECRET", "REDIS_URL"),
    "ptr-worker": ("REDIS_URL",),
}


@pytest.mark.parametrize("name", [*PROCESSES, "ptr-worker-1", "dhcp-tokens-1"])
def test_no_process_has_a_secret_in_its_environment_or_command(edge: Edge, name: str) -> None:
    """All of them were given by files, that for Redis within its URL."""
    process = Path(f"/proc/{edge.programs[name].pid}")
    if not process.exists():
        pytest.skip("only Linux shows what a process was given")
    environ, command = (process / "environ").read_bytes(), (process / "cmdline").read_bytes()

    assert b"REDIS_URL_FILE=" in environ
    for text in (*edge.secrets.texts.values(), *edge.secrets.redis.values()):
        assert text.encode() not in environ + command


@pytest.mark.parametrize("name", [*PROCESSES, "ptr-worker-1", "dhcp-tokens-1"])
def test_a_process_is_not_even_told_where_the_others_secrets_are(edge: Edge, name: str) -> None:
    process = Path(f"/proc/{edge.programs[name].pid}/environ")
    if not process.exists():
        pytest.skip("only Linux shows what a process was given")
    environ = process.read_text()
    own = edge.replicas[name].service

    for secret, holders in HOLDERS.items():
        assert (f"{secret}_FILE=" in environ) is (own in holders), secret
    for service in SERVICES:
        assert (f"REDIS_URL-{service}\0" in environ) is (service == own)


@pytest.mark.parametrize("service", READ)
def test_a_secret_is_taken_from_a_file_or_a_variable_and_not_from_both(
    edge: Edge, service: str
) -> None:
    texts = {"REDIS_URL": edge.redis_url(service), **edge.secrets.texts}
    read = {name: texts[name] for name in READ[service]}
    files = edge.programs[f"{service}-1"].env
    without = {name: text for name, text in files.items() if name.removesuffix("_FILE") not in read}

    assert _checked(service, files) == (0, "")
    assert _checked(service, {**without, **read}) == (0, "")
    for wrong in ({**files, **read}, without):
        code, said = _checked(service, wrong)
        assert code == 2
        lines = [line for line in said.splitlines() if line.startswith("Cannot start: ")]
        # One line for each, and no value in any.
        assert [name for name in read if sum(name in line for line in lines) != 1] == []
        assert [name for name, text in read.items() if text in said] == []


def _checked(service: str, env: dict[str, str]) -> tuple[int, str]:
    """How a service ends that only reads its settings, and what it refuses."""
    ended = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", MODULES[service], "--check"],
        env=env,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    return ended.returncode, ended.stderr if ended.returncode else ""
