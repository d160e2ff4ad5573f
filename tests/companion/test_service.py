"""How every service starts, tried with one of them and without."""

import subprocess
import sys

import pytest
from companion.address import Listen, bind
from companion.env import EXIT_SETTINGS, Env
from companion.listen import EXIT_CANNOT_LISTEN
from companion.service import Served, main

VARIABLES = {
    "AUTH_SESSION_ENABLED": "true",
    "AUTH_SESSION_IDLE_HOUR": "1",
    "DHCP_TOKENS_METRICS_PORT": "0",
    "INTERNAL_SECRET": "between the services",
    "REDIS_URL": "redis://127.0.0.1:1/0",
}


class Refused:
    log_level = 0
    redis_url = ""

    def __init__(self, env: Env) -> None:
        env.text("NO_SUCH_SETTING", required=True)
        env.finish()


def test_refused_settings_end_it_before_anything_is_made(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def create(_: Refused) -> Served:
        pytest.fail("nothing may be made")

    assert main("tried", Refused, create) == EXIT_SETTINGS
    assert capsys.readouterr().err == "Cannot start: NO_SUCH_SETTING is not set.\n"


def test_what_serving_ends_with_is_the_exit_code_and_warnings_are_logged_first() -> None:
    with bind(Listen()) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        ended = subprocess.run(
            [sys.executable, "-m", "dhcp_tokens"],
            env=VARIABLES | {"DHCP_TOKENS_LISTEN": address},
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    assert ended.returncode == EXIT_CANNOT_LISTEN
    first, last = ended.stderr.splitlines()
    assert "AUTH_SESSION_IDLE_HOUR " in first
    assert '"service":"dhcp-tokens"' in first
    assert f"{address} (DHCP_TOKENS_LISTEN): Address already in use" in last
