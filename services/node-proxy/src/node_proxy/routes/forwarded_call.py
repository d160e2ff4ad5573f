"""Reads a call that is to be forwarded: which path, and what goes along."""

import re
from dataclasses import dataclass, replace
from typing import Any, Final

import msgspec
from companion.problems import Problem
from companion.technitium.bodies import Body, Fields, File, Form, Json
from companion.technitium.calls import Permission
from starlette.requests import Request

from node_proxy.domain.masks import is_secret, mask_sent, refuse_masks, refuse_masks_in_json
from node_proxy.domain.multipart import Part, read_multipart
from node_proxy.domain.parameters import is_ours, is_true, merged, read_urlencoded
from node_proxy.domain.path_choice import chosen_path
from node_proxy.domain.technitium_paths import ApiPath
from node_proxy.domain.zone_file import holds_mask

MOST_OF_A_FORM_BYTES: Final = 8 * 1024 * 1024
MOST_OF_AN_UPLOAD_BYTES: Final = 32 * 1024 * 1024

_FORM: Final = "application/x-www-form-urlencoded"
_FORM_WITH_FILES: Final = "multipart/form-data"
_JSON: Final = "application/json"
# A node may be called as the rest of the path begins.
_BEFORE = re.compile(rb"/api/(?:primary|nodes/[^/]+)/technitium/")
_JSON_PATH: Final = "settings/set"
# A Secondary passes these on to its Primary, and drops the file of a form that has fields, too.
_FIELDS_IN_THE_ADDRESS: Final = frozenset({"apps/install", "apps/update"})
# Where a zone file is read from text.
_ZONE_FILES: Final = frozenset({"zones/import", "zones/create"})
_RESOLVE: Final = "dnsClient/resolve"


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardedCall:
    """One path of the table and what is sent there."""

    path: ApiPath
    body: Body


async def read_call(request: Request[Any]) -> ForwardedCall:
    """The call that a request asks for; nothing has been sent anywhere yet.

    Raises:
        Problem: `path_not_forwarded`, `path_unknown`, `method_not_allowed` for a change by GET,
            `request_too_large`, `unsupported_media_type`, `masked_value`, `invalid_request`.
    """
    path = chosen_path(_asked(request))
    _require_post(request, path)
    query = read_urlencoded(request.scope["query_string"])
    body = await _body(request, path, query)
    if path.call.path == _RESOLVE and isinstance(body, Form) and is_true(body.fields, "import"):
        # What was resolved is written into a zone.
        path = _importing(path)
        _require_post(request, path)
    return ForwardedCall(path=path, body=body)


def _asked(request: Request[Any]) -> str:
    """The path as it was sent, not as it is read: only its exact spelling counts."""
    raw_path: bytes = request.scope["raw_path"]
    before = _BEFORE.match(raw_path)
    return "" if before is None else raw_path[before.end() :].decode("latin-1")


def _require_post(request: Request[Any], path: ApiPath) -> None:
    if path.call.changes and request.method != "POST":
        raise Problem(
            "method_not_allowed",
            f"{path.call.path} changes something: use POST.",
            headers={"Allow": "POST"},
        )


def _importing(path: ApiPath) -> ApiPath:
    call = replace(path.call, changes=True, section="Zones", permission=Permission.MODIFY)
    return replace(path, call=call, spreads=True)


async def _body(request: Request[Any], path: ApiPath, query: list[tuple[str, str]]) -> Body:
    if request.method != "POST":
        return _form(merged(query, ()))
    most = MOST_OF_AN_UPLOAD_BYTES if path.uploads else MOST_OF_A_FORM_BYTES
    content = await _content(request, most)
    content_type = request.headers.get("content-type", "")
    kind = content_type.partition(";")[0].strip().lower()
    if not content:
        return _form(merged(query, ()))
    if kind == _FORM:
        fields = merged(query, read_urlencoded(content))
        _refuse_masked_zone(path, [(name, value.encode()) for name, value in fields])
        return _form(fields)
    if kind == _FORM_WITH_FILES:
        return _form_with_files(path, query, read_multipart(content_type, content))
    if kind == _JSON and path.call.path == _JSON_PATH:
        return _json(content)
    accepted = f"{_JSON_PATH} alone takes JSON; everything takes forms"
    raise Problem("unsupported_media_type", f"Send {_FORM} or {_FORM_WITH_FILES}: {accepted}.")


async def _content(request: Request[Any], most: int) -> bytes:
    """The whole body, so far as it is accepted."""
    length = request.headers.get("content-length", "")
    content = bytearray()
    if length.isdigit() and int(length) > most:
        raise _too_large(most)
    async for chunk in request.stream():
        content += chunk
        if len(content) > most:
            raise _too_large(most)
    return bytes(content)


def _too_large(most: int) -> Problem:
    return Problem("request_too_large", f"At most {most // (1024 * 1024)} MiB are accepted here.")


def _form(fields: Fields) -> Form:
    refuse_masks(fields)
    return Form(fields=fields)


def _form_with_files(path: ApiPath, query: list[tuple[str, str]], parts: list[Part]) -> Form:
    fields = merged(
        query,
        [
            (part.name, part.content.decode("utf-8", "replace"))
            for part in parts
            if part.filename is None
        ],
    )
    refuse_masks(fields)
    files = tuple(
        File(
            field=part.name,
            filename=part.filename,
            content_type=part.content_type,
            content=part.content,
        )
        for part in parts
        if part.filename is not None and not is_ours(part.name)
    )
    _refuse_masked_zone(
        path,
        [(name, value.encode()) for name, value in fields]
        + [(file.field, file.content) for file in files],
    )
    if path.call.path not in _FIELDS_IN_THE_ADDRESS:
        return Form(fields=fields, files=files)
    return Form(
        fields=tuple(field for field in fields if is_secret(field[0])),
        files=files,
        query=tuple(field for field in fields if not is_secret(field[0])),
    )


def _refuse_masked_zone(path: ApiPath, texts: list[tuple[str, bytes]]) -> None:
    if path.call.path not in _ZONE_FILES:
        return
    for name, text in texts:
        if holds_mask(text):
            raise mask_sent(name)


def _json(content: bytes) -> Json:
    try:
        settings = msgspec.json.decode(content)
    # A ValueError: bytes that are no UTF-8 are not msgspec's own error.
    except (ValueError, RecursionError) as error:
        raise Problem("invalid_request", "The body is no JSON.") from error
    if not isinstance(settings, dict):
        raise Problem("invalid_request", "The body must be a JSON object of settings.")
    kept = {name: value for name, value in settings.items() if not is_ours(name)}
    refuse_masks_in_json(kept)
    return Json(content=msgspec.json.encode(kept))
