import pytest
from companion.ip import read_ip


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:DB8:0::1", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
    ],
)
def test_an_address_has_one_form(text: str, address: str) -> None:
    assert str(read_ip(text)) == address


@pytest.mark.parametrize("text", ["", "unix", "[::1]", "192.0.2.7:80", "192.0.2", "0x7f000001"])
def test_other_text_is_no_address(text: str) -> None:
    assert read_ip(text) is None
