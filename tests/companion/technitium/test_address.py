"""Base addresses of nodes, and to which of them plain HTTP may go."""

import pytest
from companion.technitium.address import is_private, read_base_url


@pytest.mark.parametrize(
    ("text", "base_url"),
    [
        ("http://192.168.1.2:5380", "http://192.168.1.2:5380"),
        ("https://ns1.example.org:53443/", "https://ns1.example.org:53443"),
        ("HTTPS://[fd00::1]:53443", "https://[fd00::1]:53443"),
        ("https://ns1.example.org/dns/ns1/", "https://ns1.example.org/dns/ns1"),
        ("http://ns1", "http://ns1"),
    ],
)
def test_address_is_read_without_a_slash_at_its_end(text: str, base_url: str) -> None:
    assert read_base_url(text) == base_url


@pytest.mark.parametrize(
    "text",
    [
        "ns1:5380",
        "192.168.1.2:5380",
        "ftp://ns1",
        "//ns1",
        "http://",
        "http://:5380",
        "http://ns1:0",
        "http://ns1:99999",
        "http://ns1:port",
        "http://[fd00::1",
        "http://admin@ns1",
        "http://admin:admin@ns1",
        "http://@ns1",
        "http://ns1@evil.example",
        "http://ns1\\@evil.example",
        "http://ns1?",
        "http://ns1/?token=x",
        "http://ns1/#",
        "http://ns1/a/../b",
        "http://ns1//evil",
        "http://ns1/a b",
        "http://ns1/%2e%2e",
        "http://ns 1",
        "http://ns1\r\nHost: evil",
        "http://n%731",
        "http://bücher.example",
        "http://134744072",
        "http://0x8.0x8.0x8.0x8",
        "http://8.8",
        "http://-ns1",
    ],
)
def test_anything_but_a_plain_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"http://192\.168\.1\.2:5380"):
        read_base_url(text)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.9.9.9",
        "10.1.2.3",
        "172.31.0.1",
        "192.168.1.2",
        "169.254.1.1",
        "[::1]",
        "[fe80::1]",
        "[fd12:3456::1]",
        "[::ffff:192.168.1.2]",
        "localhost",
        "ns1.localhost",
        "ns1",
        "NS1.Local",
        "ns1.lan",
        "ns1.home.arpa.",
        "ns1.corp.internal",
    ],
)
def test_private_hosts(host: str) -> None:
    assert is_private(f"http://{host}:5380")


@pytest.mark.parametrize(
    "host",
    [
        "8.8.8.8",
        "172.32.0.1",
        "100.64.0.1",
        "192.0.2.1",
        "[2001:db8::1]",
        "[::ffff:8.8.8.8]",
        "ns1.example.org",
        "127.0.0.1.example.org",
        "localhost.example.org",
        "home.arpa.example.org",
        "134744072",
        "0x8",
    ],
)
def test_public_hosts(host: str) -> None:
    assert not is_private(f"http://{host}:5380")
