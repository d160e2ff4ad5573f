"""Which certificates are believed, and that nothing is sent to a node whose is not."""

import subprocess
from pathlib import Path

import pytest
from companion.nodes import NodeConfig
from companion.secret import Secret
from companion.technitium.calls import ZONES_LIST
from companion.technitium.errors import NodeError, NodeUnreachable
from companion.technitium.pool import NodePool
from companion.technitium.tls import fingerprint_text, read_pins, readable_ca_file

from tests.companion.technitium.certificates import Made, make
from tests.companion.technitium.raw_node import OK, RawNode, always, http_json
from tests.support.sandbox import sandbox

TOKEN = Secret("a1" * 32)


async def asked(presented: Made, *, host: str = "localhost", **settings: object) -> RawNode:
    """Ask a node that presents this certificate once; the error, if any, is raised."""
    async with RawNode(always(http_json(OK)), tls=presented.server) as node:
        config = node.config(host=host, **settings)
        async with NodePool([config]) as pool:
            try:
                await pool["ns1"].call(ZONES_LIST, token=TOKEN, version="15.2", deadline_s=5)
            except NodeError:
                assert node.requests == []
                raise
        return node


@pytest.fixture
def own(tmp_path: Path) -> Made:
    """A self-signed certificate, as nodes of a cluster make it."""
    return make(tmp_path, "node", hosts=("localhost", "127.0.0.1"))


async def test_self_signed_certificate_is_refused_and_the_text_says_what_to_set(own: Made) -> None:
    with pytest.raises(NodeUnreachable) as caught:
        await asked(own)

    assert "not trusted" in caught.value.message
    assert "TECHNITIUM_NS1_TLS_PIN" in caught.value.message
    assert "TECHNITIUM_NS1_CA_FILE" in caught.value.message


async def test_pinned_certificate_is_accepted(own: Made) -> None:
    node = await asked(own, pins=(own.pin,))

    assert len(node.requests) == 1


async def test_one_of_several_pins_is_enough(own: Made) -> None:
    node = await asked(own, pins=(bytes(32), own.pin))

    assert len(node.requests) == 1


async def test_pin_replaces_name_and_dates(tmp_path: Path) -> None:
    odd = make(tmp_path, "odd", hosts=("elsewhere.test",), expired=True)

    node = await asked(odd, pins=(odd.pin,))

    assert len(node.requests) == 1


async def test_other_certificate_than_pinned_gets_not_one_byte(own: Made, tmp_path: Path) -> None:
    other = make(tmp_path, "other")

    with pytest.raises(NodeUnreachable) as caught:
        await asked(own, pins=(other.pin, bytes(32)))

    assert fingerprint_text(own.pin) in caught.value.message


async def test_pin_is_not_satisfied_by_the_ca_of_the_certificate(tmp_path: Path) -> None:
    authority = make(tmp_path, "ca", is_ca=True)
    issued = make(tmp_path, "issued", by=authority)

    with pytest.raises(NodeUnreachable, match="TLS_PIN"):
        await asked(issued, pins=(authority.pin,), ca_file=authority.cert_file)


async def test_pin_does_not_help_where_verification_is_off(own: Made) -> None:
    with pytest.raises(NodeUnreachable, match="TLS_PIN"):
        await asked(own, pins=(bytes(32),), verify=False)


async def test_certificate_of_the_ca_file_is_accepted(tmp_path: Path) -> None:
    authority = make(tmp_path, "ca", is_ca=True)
    issued = make(tmp_path, "issued", by=authority)

    node = await asked(issued, ca_file=authority.cert_file)

    assert len(node.requests) == 1


async def test_self_signed_certificate_can_be_its_own_ca_file(own: Made) -> None:
    node = await asked(own, ca_file=own.cert_file)

    assert len(node.requests) == 1


async def test_certificate_of_another_ca_is_refused(own: Made, tmp_path: Path) -> None:
    other = make(tmp_path, "other", is_ca=True)

    with pytest.raises(NodeUnreachable, match="not trusted"):
        await asked(own, ca_file=other.cert_file)


async def test_certificate_for_another_name_is_refused(tmp_path: Path) -> None:
    authority = make(tmp_path, "ca", is_ca=True)
    issued = make(tmp_path, "issued", by=authority, hosts=("elsewhere.test",))

    with pytest.raises(NodeUnreachable, match="not trusted"):
        await asked(issued, ca_file=authority.cert_file)


async def test_expired_certificate_is_refused(tmp_path: Path) -> None:
    authority = make(tmp_path, "ca", is_ca=True)
    issued = make(tmp_path, "issued", by=authority, expired=True)

    with pytest.raises(NodeUnreachable, match="expired"):
        await asked(issued, ca_file=authority.cert_file)


async def test_any_certificate_is_accepted_where_verification_is_off(own: Made) -> None:
    node = await asked(own, verify=False)

    assert len(node.requests) == 1


async def test_plain_http_behind_an_https_address_is_unreachable() -> None:
    async with sandbox() as lab:
        address = lab.nodes["ns1"].url.replace("http:", "https:")
        async with NodePool([NodeConfig(id="ns1", name="ns1", base_url=address)]) as pool:
            with pytest.raises(NodeUnreachable, match="plain HTTP"):
                await pool["ns1"].call(ZONES_LIST, token=TOKEN, version="15.2", deadline_s=5)


def test_pins_are_read_in_every_form_that_openssl_and_people_write(own: Made) -> None:
    printed = subprocess.run(  # noqa: S603 - a fixed command on a file of ours
        ["openssl", "x509", "-noout", "-fingerprint", "-sha256", "-in", own.cert_file],  # noqa: S607
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    plain, colons = own.pin.hex(), own.pin.hex(":").upper()

    assert read_pins(printed) == (own.pin,)
    assert read_pins(f"{plain}, {colons},") == (own.pin, own.pin)


@pytest.mark.parametrize(
    "text", [",", "ab:cd", "zz" * 32, "ab" * 31, "ab" * 33, "sha1=" + "a" * 40]
)
def test_anything_else_is_no_pin(text: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        read_pins(text)


def test_ca_file_must_hold_certificates(own: Made, tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.write_text("nothing")

    assert readable_ca_file(str(own.cert_file)) == own.cert_file
    with pytest.raises(ValueError, match="PEM form"):
        readable_ca_file(str(empty))
    with pytest.raises(ValueError, match="can be read"):
        readable_ca_file(str(tmp_path / "missing.pem"))


async def test_pool_with_an_unusable_ca_file_opens_nothing(own: Made, tmp_path: Path) -> None:
    async with RawNode(always(http_json(OK)), tls=own.server) as node:
        good, bad = node.config(pins=(own.pin,)), node.config(id="ns2", ca_file=tmp_path / "gone")
        with pytest.raises(OSError, match="No such file"):
            async with NodePool([good, bad]):
                pass
