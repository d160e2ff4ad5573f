"""Secrets: masked on the way out, never stored as masks on the way in."""

import pytest

from tests.node_proxy.conftest import Stack
from tests.node_proxy.forward.conftest import Ask
from tests.node_proxy.forward.twins import FORWARDER, SECRET_SETTINGS, SECRETS

NODE = "/api/nodes/ns1/technitium/"
MASK = "********"
ZONE = {"zone": "f.test", "type": "Forwarder", **FORWARDER}


async def test_settings_show_masks_in_the_place_of_secrets(ask: Ask) -> None:
    written = await ask("POST", NODE + "settings/set", data=SECRET_SETTINGS)
    read = await ask("GET", NODE + "settings/get")

    for answer in (written, read):
        settings = answer.json()["response"]
        assert settings["proxy"]["password"] == MASK
        assert settings["proxy"]["username"] == "someone"
        keys = {key["keyName"]: key for key in settings["tsigKeys"]}
        assert keys["canary"]["sharedSecret"] == MASK
        assert not [secret for secret in SECRETS if secret in answer.text]


async def test_records_and_zone_files_show_masks(ask: Ask) -> None:
    await ask(
        "POST", NODE + "zones/create", data={"zone": "f.test", "type": "Forwarder"} | FORWARDER
    )

    records = await ask("GET", NODE + "zones/records/get", params={"domain": "f.test"})
    exported = await ask("GET", NODE + "zones/export", params={"zone": "f.test"})

    assert f'"proxyPassword":"{MASK}"' in records.text
    assert f" someone {MASK} " in exported.text
    assert SECRETS[2] not in records.text + exported.text


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"proxyPassword": MASK}, "proxyPassword"),
        ({"PROXYPASSWORD": MASK}, "PROXYPASSWORD"),
        ({"tsigKeys": f"canary|{MASK}|hmac-sha256"}, "tsigKeys"),
        ({"webServiceTlsCertificatePassword": MASK}, "webServiceTlsCertificatePassword"),
    ],
)
async def test_mask_that_comes_back_is_refused(
    stack: Stack, ask: Ask, form: dict[str, str], field: str
) -> None:
    for options in ({"data": form}, {"params": form}, {"data": form, "files": {"f": b""}}):
        answer = await ask("POST", NODE + "settings/set", **options)

        assert (answer.status_code, answer.json()["code"]) == (400, "masked_value")
        assert answer.json()["field"] == field
    assert len(stack.lab.requests) == 0


async def test_settings_as_they_were_shown_cannot_be_sent_back(stack: Stack, ask: Ask) -> None:
    await ask("POST", NODE + "settings/set", data=SECRET_SETTINGS)
    shown = (await ask("GET", NODE + "settings/get")).json()["response"]
    stack.lab.requests.clear()

    for part, field in (("proxy", "proxy.password"), ("tsigKeys", "tsigKeys[")):
        answer = await ask("POST", NODE + "settings/set", json={part: shown[part]})

        assert (answer.status_code, answer.json()["code"]) == (400, "masked_value")
        assert answer.json()["field"].startswith(field)
    assert len(stack.lab.requests) == 0


async def test_zone_file_with_a_mask_cannot_be_imported(stack: Stack, ask: Ask) -> None:
    await ask(
        "POST", NODE + "zones/create", data={"zone": "f.test", "type": "Forwarder"} | FORWARDER
    )
    text = (await ask("GET", NODE + "zones/export", params={"zone": "f.test"})).text
    stack.lab.requests.clear()

    as_field = await ask("POST", NODE + "zones/import", data={"zone": "f.test", "records": text})
    as_file = await ask(
        "POST",
        NODE + "zones/import",
        params={"zone": "f.test"},
        files={"fileZone": ("f.txt", text.encode(), "text/plain")},
    )

    assert (as_field.status_code, as_field.json()["field"]) == (400, "records")
    assert (as_file.status_code, as_file.json()["field"]) == (400, "fileZone")
    assert len(stack.lab.requests) == 0


async def test_eight_stars_elsewhere_are_only_stars(ask: Ask) -> None:
    answer = await ask("POST", NODE + "blocked/add", data={"domain": MASK})

    assert answer.json()["code"] == "node_error"
