"""The command line of the launcher."""

import os
import subprocess
import sys
import time
from pathlib import Path

from technitium_sandbox.accounts.totp import STEP_S, code
from technitium_sandbox.demonstration.nodes import TOTP_SECRET


def test_totp_prints_the_code_of_the_moment() -> None:
    before = time.time()
    printed = _run("totp")

    assert printed.stdout.strip() in {code(TOTP_SECRET, before), code(TOTP_SECRET, before + STEP_S)}


def test_an_unknown_word_is_answered_with_the_usage() -> None:
    printed = _run("dance")

    assert printed.returncode == 2
    assert "totp" in printed.stderr


def test_a_data_folder_that_others_write_to_is_one_line(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)

    printed = _run("run", DATA_DIR=str(tmp_path))

    assert printed.returncode == 1
    assert printed.stdout + printed.stderr == (
        f"Cannot start: Others can write to {tmp_path}. Run: chmod 700 {tmp_path} - or set "
        "DATA_DIR to a folder of your own.\n"
    )
    assert [*tmp_path.iterdir()] == []


def test_starting_takes_no_client_of_redis_and_no_library_for_logs() -> None:
    asked = "import sys, companion_local.launcher; print(*{'redis', 'structlog'} & {*sys.modules})"

    printed = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True
    )

    assert printed.stdout.strip() == ""


def _run(*words: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "companion_local", *words]
    return subprocess.run(  # noqa: S603 - our own module
        command, env=os.environ | variables, capture_output=True, text=True, timeout=20, check=False
    )
