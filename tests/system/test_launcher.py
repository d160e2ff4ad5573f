"""The command itself: a second one, its end, its death, and what outlives a restart."""

import signal
import socket
import subprocess
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.support.stack import Stack, is_alive, until


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Generator[Stack]:
    """A stack that these tests may end and kill; each leaves it running."""
    with Stack(tmp_path_factory.mktemp("own")) as stack:
        yield stack


def test_the_start_says_where_it_is_and_how_to_get_in(own: Stack) -> None:
    for words in (own.base_url, "admin    admin", "viewer   viewer", "dhcp     dhcp", "totp"):
        assert words in own.output
    assert str(own.data_dir) in own.output
    assert str(own.ca_file) in own.output


def test_a_second_one_says_so_and_touches_nothing(own: Stack, tmp_path: Path) -> None:
    before = own.pids

    second = own.launch(tmp_path / "second")

    assert second.wait(timeout=20) == 1
    said = (tmp_path / "second").read_text()
    assert f"Already running: {own.base_url} (process {own.facts['launcher']}" in said
    assert own.pids == before
    assert all(is_alive(pid) for pid in before.values())


def test_people_are_still_signed_in_after_a_restart(own: Stack) -> None:
    with own.sign_in("admin") as browser:
        cookie = browser.cookies["__Host-tdc_session"]
    ca = own.ca_file.read_bytes()

    own.stop(signal.SIGINT)
    own.start()

    with own.client() as again:
        answer = again.get("/api/nodes", headers={"Cookie": f"__Host-tdc_session={cookie}"})
    assert {node["state"] for node in answer.json()} == {"ok"}
    assert own.ca_file.read_bytes() == ca


def test_a_new_authority_is_told_of_since_it_has_to_be_trusted_again(own: Stack) -> None:
    assert "made anew" not in own.output
    own.stop()
    own.ca_file.write_text("one that cannot be used")

    own.start()

    (line,) = [line for line in own.output.splitlines() if "made anew" in line]
    assert f"remove it and trust {own.ca_file} again." in line
    with own.client() as browser:
        assert browser.get("/livez").status_code == 200


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_each_way_to_end_it_ends_everything_in_order(own: Stack, number: signal.Signals) -> None:
    own.stop(number)

    ended = [line.split()[0] for line in own.output.splitlines() if line.endswith("| ended")]
    assert ended == [
        "auth-gateway",
        "dhcp-tokens",
        "ptr-worker",
        "node-proxy",
        "sandbox",
        "redis",
    ]
    own.start()


def test_nothing_is_left_after_the_launcher_was_killed(own: Stack) -> None:
    own.kill()

    own.start()


def test_a_crash_is_shown_and_the_process_started_again(own: Stack) -> None:
    own.kill_process("dhcp-tokens")

    assert "dhcp-tokens   | ended (killed by SIGKILL); starting it again" in own.output


def test_a_busy_port_is_one_readable_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        stack = Stack(tmp_path, variables={"HTTPS_PORT": str(port)})

        assert _said(stack, tmp_path) == (
            f"Cannot start: Port {port} is in use by another program. Choose another one, such "
            f"as: make run HTTPS_PORT={port + 1}\n"
        )


def test_what_any_service_has_against_its_settings_is_said_at_once(tmp_path: Path) -> None:
    variables = {
        "TECHNITIUM_NODES": "ns1",
        "TECHNITIUM_NS1_BASE_URL": "http://8.8.8.8",
        "AUTH_SESSION_IDLE_HOURS": "abc",
        "CORS_ORIGINS": "foo",
        "LOG_LEVEL": "loud",
    }
    stack = Stack(tmp_path, variables=variables)

    said = _said(stack, tmp_path, code=2)

    for name in ("TECHNITIUM_NS1_ALLOW_HTTP", "AUTH_SESSION_IDLE_HOURS", "CORS_ORIGINS"):
        assert name in said
    assert said.count("LOG_LEVEL must be") == 1
    until(lambda: "redis         | ended" in said, what="the others were ended")


def _said(stack: Stack, folder: Path, *, code: int = 1) -> str:
    """What a launcher that cannot start says until it ends by itself."""
    launcher: subprocess.Popen[bytes] = stack.launch(folder / "said")
    assert launcher.wait(timeout=40) == code
    return (folder / "said").read_text()
