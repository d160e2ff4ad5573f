"""The secrets made on this machine."""

import stat
from pathlib import Path

import pytest
from companion.sessions.seal import KeyRing, Pepper
from companion_local import secrets
from companion_local.private import NotPrivate


def test_every_secret_is_made_once_and_kept(tmp_path: Path) -> None:
    first = {name: path.read_text() for name, path in secrets.keep(tmp_path / "s").items()}
    again = {name: path.read_text() for name, path in secrets.keep(tmp_path / "s").items()}

    assert set(first) == {"SESSION_KEYS", "SESSION_PEPPER", "INTERNAL_SECRET"}
    assert again == first
    assert len(set(first.values())) == len(first)


def test_secrets_are_readable_for_their_owner_alone(tmp_path: Path) -> None:
    files = secrets.keep(tmp_path / "s")

    assert {stat.S_IMODE(path.stat().st_mode) for path in files.values()} == {0o600}
    assert stat.S_IMODE((tmp_path / "s").stat().st_mode) == 0o700


def test_a_secret_that_others_could_read_is_refused(tmp_path: Path) -> None:
    files = secrets.keep(tmp_path / "s")
    files["SESSION_KEYS"].chmod(0o644)

    with pytest.raises(NotPrivate, match=r"chmod 600 .*session_keys"):
        secrets.keep(tmp_path / "s")


def test_the_services_accept_what_is_made(tmp_path: Path) -> None:
    files = secrets.keep(tmp_path / "s")

    ring = KeyRing.from_text(files["SESSION_KEYS"].read_text().strip())
    sealed = ring.seal(b"plain", associated=b"key")
    assert ring.open(sealed, associated=b"key") == b"plain"
    Pepper.from_text(files["SESSION_PEPPER"].read_text().strip())


def test_a_crash_while_writing_leaves_no_half_secret(tmp_path: Path) -> None:
    folder = tmp_path / "s"
    folder.mkdir()
    (folder / ".session_keys.1").write_text("hal")

    files = secrets.keep(folder)

    KeyRing.from_text(files["SESSION_KEYS"].read_text().strip())
