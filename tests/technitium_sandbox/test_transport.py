"""Requests as clients may send them, and bytes as a node sends them."""

import gzip
import ipaddress
import json
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from technitium_sandbox.calls.envelope import encode

from tests.support.sandbox import Sandbox, sandbox
from tests.technitium_sandbox.caller import Caller

SESSION = "/api/user/session/get"


@pytest.mark.parametrize(
    ("text", "wire"),
    [
        ("a'b", r'"a\u0027b"'),
        ('say "hi"', r'"say \u0022hi\u0022"'),
        ("<&>+`", r'"\u003C\u0026\u003E\u002B\u0060"'),
        ("münchen", r'"m\u00FCnchen"'),
        ("🙂", r'"\uD83D\uDE42"'),
        ("back\\slash", r'"back\\slash"'),
        ('\\"', r'"\\\u0022"'),
        ("tab\tline\n", r'"tab\tline\n"'),
    ],
)
def test_text_is_escaped_as_dotnet_does(text: str, wire: str) -> None:
    assert encode(text).decode() == wire
    assert json.loads(encode(text)) == text


async def test_a_multipart_form_is_a_form(caller: Caller) -> None:
    response = await caller.client.post(
        caller.lab.nodes["ns1"].url + "/api/user/login",
        files={"user": (None, "admin"), "pass": (None, "admin"), "f": ("a.zip", b"\r\n--x")},
    )

    assert response.json()["status"] == "ok"


async def test_the_query_hides_the_form_even_when_it_is_empty(caller: Caller) -> None:
    url = caller.lab.nodes["ns1"].url + "/api/user/login"
    form = {"user": "admin", "pass": "admin"}

    hidden = await caller.client.post(url, params={"pass": ""}, data=form)
    other = await caller.client.post(url, params={"USER": "viewer", "pass": "viewer"}, data=form)

    assert hidden.json()["errorMessage"] == "Parameter 'pass' missing."
    assert other.json()["username"] == "viewer"


async def test_a_success_has_a_length_and_an_error_is_streamed(caller: Caller) -> None:
    plain = {"Accept-Encoding": "identity"}
    url = caller.lab.nodes["ns1"].url + "/api/sso/status"

    success = await caller.client.get(url, headers=plain)
    error = await caller.client.get(caller.lab.nodes["ns1"].url + SESSION, headers=plain)

    assert success.headers["content-length"] == str(len(success.content))
    assert "content-length" not in error.headers
    assert error.headers["transfer-encoding"] == "chunked"
    assert (error.status_code, error.headers["cache-control"]) == (200, "no-cache,no-store")
    assert "server" not in success.headers


async def test_who_accepts_gzip_gets_it(lab: Sandbox, caller: Caller) -> None:
    token = await caller.token("ns1")
    request = caller.client.build_request(
        "GET",
        lab.nodes["ns1"].url + SESSION,
        headers={"Accept-Encoding": "gzip", "Authorization": f"Bearer {token}"},
    )

    response = await caller.client.send(request, stream=True)
    raw = b"".join([chunk async for chunk in response.aiter_raw()])

    assert response.headers["content-encoding"] == "gzip"
    assert "content-length" not in response.headers
    assert json.loads(gzip.decompress(raw))["username"] == "admin"


@pytest.mark.parametrize("method", ["HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"])
async def test_other_methods_find_nothing(caller: Caller, method: str) -> None:
    token = await caller.token("ns1")

    response = await caller.client.request(
        method, caller.lab.nodes["ns1"].url + SESSION, headers={"Authorization": f"Bearer {token}"}
    )

    assert (response.status_code, response.content) == (404, b"")


async def test_a_target_of_more_than_8_kb_is_refused(caller: Caller) -> None:
    url = caller.lab.nodes["ns1"].url + SESSION

    response = await caller.client.get(url, params={"token": "x" * 9_000})

    assert response.status_code == 414


async def test_the_front_page_is_there_for_everybody(caller: Caller) -> None:
    url = caller.lab.nodes["ns1"].url

    assert (await caller.client.get(url + "/")).status_code == 200
    assert (await caller.client.post(url + "/")).status_code == 404


async def test_node_names_another_node_and_needs_no_session_to_be_refused(
    caller: Caller,
) -> None:
    token = await caller.token("ns1")

    there = await caller.call("ns1", "/api/settings/get", {"node": "NS3.home.arpa"}, token=token)
    unknown = await caller.call("ns1", "/api/settings/get", {"node": "ns9"})
    own_session = await caller.call("ns1", SESSION, {"node": "ns3.home.arpa"}, token=token)

    assert there["response"]["dnsServerDomain"] == there["server"] == "ns3.home.arpa"
    assert unknown["errorMessage"] == "No such node exists in the Cluster by name: ns9"
    assert own_session["server"] == "ns1.home.arpa"


async def test_only_a_trusted_peer_may_report_another_address(caller: Caller) -> None:
    await caller.sign_in("ns1", real_ip="198.51.100.20")
    await caller.sign_in("ns1", real_ip="nonsense")

    addresses = [one.address for one in caller.lab.requests.of("ns1")]

    assert addresses == ["198.51.100.20", "127.0.0.1"]


async def test_a_node_speaks_https_with_a_given_certificate(tmp_path: Path) -> None:
    certificate, key = _self_signed(tmp_path)
    trusting = ssl.create_default_context(cafile=certificate)
    async with (
        sandbox(certificates={"ns1": (certificate, key)}) as lab,
        httpx.AsyncClient(verify=trusting) as client,
    ):
        answer = await Caller(lab, client).sign_in("ns1")

        assert lab.nodes["ns1"].url.startswith("https://")
        assert lab.nodes["ns2"].url.startswith("http://")

    assert answer["status"] == "ok"


def _self_signed(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "ns1.home.arpa")])
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, hashes.SHA256())
    )
    files = folder / "ns1.crt", folder / "ns1.key"
    files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return files
