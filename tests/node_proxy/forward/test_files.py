"""Files in both directions: downloads that are streamed, uploads that are written anew."""

import zipfile
from io import BytesIO

import pytest

from tests.node_proxy.conftest import Stack
from tests.node_proxy.forward.conftest import Ask

NODE = "/api/nodes/ns1/technitium/"
ZONE = {"zone": "files.test", "type": "Primary"}


async def test_download_is_a_file_to_be_saved(ask: Ask) -> None:
    await ask("POST", NODE + "zones/create", data=ZONE)

    answer = await ask("GET", NODE + "zones/export", params={"zone": "files.test"})

    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="files.test.zone"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers
    assert answer.text.startswith("$ORIGIN files.test.")


async def test_figures_for_prometheus_are_a_file_as_well(ask: Ask) -> None:
    answer = await ask("GET", NODE + "dashboard/metrics/text")

    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert "queries_total" in answer.text


async def test_error_in_the_place_of_a_file_is_a_problem(ask: Ask) -> None:
    answer = await ask("GET", NODE + "logs/download", params={"fileName": "none"})

    assert (answer.status_code, answer.json()["code"]) == (502, "node_error")
    assert "Content-Disposition" not in answer.headers


async def test_file_that_is_cut_off_is_cut_off_here_as_well(stack: Stack, ask: Ask) -> None:
    """Nobody may take a part for the whole: the connection ends without an end of the body."""
    stack.lab.faults.add("ns1", "cut")

    with pytest.raises(Exception, match=r"already started|cut off"):
        await ask("GET", NODE + "blocked/export")


@pytest.mark.parametrize("name", ["../../x", 'a"b', "a\r\nX: y", "ü", ""])
async def test_log_of_any_name_harms_nothing(ask: Ask, name: str) -> None:
    answer = await ask("GET", NODE + "logs/download", params={"fileName": name})

    assert answer.status_code == 502


async def test_zone_file_is_imported(ask: Ask) -> None:
    await ask("POST", NODE + "zones/create", data=ZONE)
    text = b"mail.files.test. 3600 IN A 192.0.2.25\n"

    answer = await ask(
        "POST",
        NODE + "zones/import",
        params={"zone": "files.test"},
        files={"fileZone": ("zone.txt", text, "text/plain")},
    )

    assert answer.status_code == 200, answer.text
    shown = await ask("GET", NODE + "zones/records/get", params={"domain": "mail.files.test"})
    assert "192.0.2.25" in shown.text


def app_file() -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("dnsApp.config", "{}")
    return buffer.getvalue()


async def test_app_is_installed(stack: Stack, ask: Ask) -> None:
    answer = await ask(
        "POST",
        NODE + "apps/install",
        data={"name": "Advanced Forwarding", "token": "smuggled"},
        files={"fileAppZip": ("app.zip", app_file(), "application/zip")},
    )

    assert answer.status_code == 200, answer.text
    (received,) = stack.lab.requests.of("ns1", "/api/apps/install")
    assert b"smuggled" not in received.body
    # A Secondary would lose the file of a form that has fields beside it.
    assert received.form == {}
    assert received.query == {"name": "Advanced Forwarding"}


async def test_upload_has_a_limit_that_is_told(stack: Stack, ask: Ask) -> None:
    answer = await ask(
        "POST",
        NODE + "apps/install",
        params={"name": "x"},
        files={"fileAppZip": ("app.zip", b"x" * (32 * 1024 * 1024 + 1), "application/zip")},
    )

    assert (answer.status_code, answer.json()["code"]) == (413, "request_too_large")
    assert "32 MiB" in answer.json()["detail"]
    assert len(stack.lab.requests) == 0
