"""The command line of the launcher."""

import subprocess
import sys
import time

from technitium_sandbox.demonstration import TOTP_SECRET
from technitium_sandbox.totp import STEP_S, code


def test_totp_prints_the_code_of_the_moment() -> None:
    before = time.time()
    printed = _run("totp")

    assert printed.stdout.strip() in {code(TOTP_SECRET, before), code(TOTP_SECRET, before + STEP_S)}


def test_an_unknown_word_is_answered_with_the_usage() -> None:
    printed = _run("dance")

    assert printed.returncode == 2
    assert "totp" in printed.stderr


def _run(*words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "companion_local", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
