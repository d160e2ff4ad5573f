"""A chromium for the tests of the pages: the one of this machine, or its package manager's."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
UPDATE_S = 60.0
INSTALL_S = 180.0


class NoChromium(Exception):  # noqa: N818 - read aloud as the reason of a skip
    """There is no chromium and none could be had; the message says what was tried."""


def find_chromium() -> Path:
    """The path of a chromium, installed by apt-get if need be (as root only, minutes at most).

    Raises:
        NoChromium: With the reason, for people.
    """
    if found := _on_path():
        return found
    reason = _install()
    if found := _on_path():
        return found
    raise NoChromium(
        f"No browser test was run: none of {', '.join(NAMES)} is on PATH, and {reason}."
    )


def _on_path() -> Path | None:
    return next((Path(found) for name in NAMES if (found := shutil.which(name))), None)


def _install() -> str:
    """Try apt-get; the answer says why there may still be no chromium."""
    if shutil.which("apt-get") is None:
        return "there is no apt-get to install one with"
    if os.geteuid() != 0:
        return "only root can install one with apt-get"
    sys.__stderr__ and print(
        "\nNo chromium on PATH: installing it with apt-get …", file=sys.__stderr__
    )
    _apt_get("update", within_s=UPDATE_S)
    return _apt_get("install", "-y", "--no-install-recommends", "chromium", within_s=INSTALL_S)


def _apt_get(*arguments: str, within_s: float) -> str:
    command = ["apt-get", *arguments]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(  # noqa: S603 - fixed words
            command, env=environment, capture_output=True, timeout=within_s, check=False
        )
    except subprocess.TimeoutExpired:
        return f"apt-get {arguments[0]} took longer than {within_s:g} s"
    return f"apt-get {arguments[0]} ended with code {done.returncode}"
