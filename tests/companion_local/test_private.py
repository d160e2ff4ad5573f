"""What on disk must be ours alone before anything is kept in it."""

import os
import stat
from pathlib import Path

import pytest
from companion_local import private
from companion_local.private import NotPrivate

SOMEBODY_ELSE = os.geteuid() + 1


def test_a_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    private.keep_folder(tmp_path / "a" / "b")

    assert stat.S_IMODE((tmp_path / "a" / "b").stat().st_mode) == 0o700


@pytest.mark.parametrize("mode", [0o700, 0o755])
def test_a_folder_that_only_we_write_to_is_used_as_it_is(tmp_path: Path, mode: int) -> None:
    tmp_path.chmod(mode)

    private.keep_folder(tmp_path)

    assert stat.S_IMODE(tmp_path.stat().st_mode) == mode


@pytest.mark.parametrize("mode", [0o770, 0o720, 0o702, 0o1777])
def test_a_folder_that_others_write_to_is_refused(tmp_path: Path, mode: int) -> None:
    tmp_path.chmod(mode)

    with pytest.raises(NotPrivate, match=f"Others can write to {tmp_path}. Run: chmod 700"):
        private.keep_folder(tmp_path)


def test_a_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotPrivate, match="belongs to another user"):
        private.keep_folder(tmp_path, owner=SOMEBODY_ELSE)


def test_a_link_to_our_folder_is_as_good_and_one_to_another_is_not(tmp_path: Path) -> None:
    (tmp_path / "ours").mkdir(mode=0o700)
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    for name in ("ours", "open"):
        (tmp_path / f"to-{name}").symlink_to(tmp_path / name)

    private.keep_folder(tmp_path / "to-ours")
    with pytest.raises(NotPrivate, match="Others can write"):
        private.keep_folder(tmp_path / "to-open")


def test_what_is_no_folder_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("precious")

    with pytest.raises(NotPrivate, match="cannot be used as a folder"):
        private.keep_folder(tmp_path / "file")
    with pytest.raises(NotPrivate, match="cannot be used as a folder"):
        private.keep_folder(tmp_path / "file" / "below")


def test_a_file_of_ours_alone_is_kept_and_a_missing_one_is_not(tmp_path: Path) -> None:
    private.write(tmp_path / "secret", b"s")

    assert private.is_kept(tmp_path / "secret")
    assert not private.is_kept(tmp_path / "none")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_a_file_that_others_reach_is_refused(tmp_path: Path, mode: int) -> None:
    private.write(tmp_path / "secret", b"s")
    (tmp_path / "secret").chmod(mode)

    with pytest.raises(NotPrivate, match="Run: chmod 600"):
        private.is_kept(tmp_path / "secret")


def test_a_file_of_somebody_else_is_refused(tmp_path: Path) -> None:
    private.write(tmp_path / "secret", b"s")

    with pytest.raises(NotPrivate, match="belongs to another user"):
        private.is_kept(tmp_path / "secret", owner=SOMEBODY_ELSE)


def test_a_link_in_the_place_of_a_secret_is_refused_wherever_it_leads(tmp_path: Path) -> None:
    private.write(tmp_path / "secret", b"s")
    (tmp_path / "good").symlink_to(tmp_path / "secret")
    (tmp_path / "broken").symlink_to(tmp_path / "none")

    for name in ("good", "broken"):
        with pytest.raises(NotPrivate, match="link"):
            private.is_kept(tmp_path / name)
