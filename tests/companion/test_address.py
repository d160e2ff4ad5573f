import socket
import stat
from pathlib import Path

import pytest
from companion.address import CannotListen, Listen, bind


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9461", Listen(host="127.0.0.1", port=9461)),
        ("0.0.0.0:80", Listen(host="0.0.0.0", port=80)),
        ("localhost:80", Listen(host="127.0.0.1", port=80)),
        ("[::]:80", Listen(host="::", port=80)),
        ("[::1]:0", Listen(host="::1", port=0)),
        ("unix:/run/a.sock", Listen(unix=Path("/run/a.sock"))),
        ("/run/a.sock", Listen(unix=Path("/run/a.sock"))),
    ],
)
def test_every_form_of_an_address_is_read(text: str, expected: Listen) -> None:
    assert Listen.parse(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "x", "65536", "-1", "1.2.3.4:", "::1:80", "example.org:80", "unix:a", "/" + "a" * 200],
)
def test_every_other_form_is_refused_with_the_expected_one(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Listen.parse(text)


def test_an_address_is_written_as_it_is_read() -> None:
    for text in ("127.0.0.1:80", "[::1]:80", "unix:/run/a.sock"):
        assert str(Listen.parse(text)) == text


def test_a_taken_port_names_address_and_variable() -> None:
    with bind(Listen()) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(CannotListen, match=rf"127\.0\.0\.1:{port} \(METRICS_PORT\): Address"):
            bind(Listen(port=port, variable="METRICS_PORT"))


def test_a_unix_socket_is_for_owner_and_group_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.sock"

    with bind(Listen(unix=path)):
        assert stat.S_IMODE(path.stat().st_mode) == 0o660


def test_a_socket_file_left_behind_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.sock"
    bind(Listen(unix=path)).close()

    with bind(Listen(unix=path)), socket.socket(socket.AF_UNIX) as client:
        client.connect(str(path))


def test_a_socket_somebody_answers_on_stays_theirs(tmp_path: Path) -> None:
    path = tmp_path / "a.sock"

    with bind(Listen(unix=path)), pytest.raises(CannotListen, match="Address already in use"):
        bind(Listen(unix=path))


def test_a_file_in_the_place_of_a_socket_is_not_removed(tmp_path: Path) -> None:
    path = tmp_path / "a.sock"
    path.write_text("precious")

    with pytest.raises(CannotListen):
        bind(Listen(unix=path))

    assert path.read_text() == "precious"
