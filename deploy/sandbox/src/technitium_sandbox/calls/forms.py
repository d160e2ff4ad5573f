"""The fields and files of a form, urlencoded or `multipart/form-data`."""

import re
from dataclasses import dataclass

from technitium_sandbox.calls.parameters import pairs

_BOUNDARY = re.compile(r'boundary="?([^";]+)"?', re.IGNORECASE)
_NAME = re.compile(r'[;\s]name="?([^";]*)"?', re.IGNORECASE)
_FILE = re.compile(r'filename="?([^";]*)"?', re.IGNORECASE)

Fields = list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    field: str
    filename: str
    content: bytes


def read(content_type: str, body: bytes) -> tuple[Fields, list[Upload]]:
    """Fields in the order sent, and uploads; a body that is no form has neither."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        return pairs(body), []
    if kind == "multipart/form-data":
        return _parse(content_type, body)
    return [], []


def _parse(content_type: str, body: bytes) -> tuple[Fields, list[Upload]]:
    boundary = _BOUNDARY.search(content_type)
    fields: Fields = []
    uploads: list[Upload] = []
    if boundary is None:
        return fields, uploads
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary[1].encode())[1:]:
        head, found, content = part.partition(b"\r\n\r\n")
        name = _NAME.search(head.decode("utf-8", "replace"))
        if not found or name is None:
            continue
        filename = _FILE.search(head.decode("utf-8", "replace"))
        if filename is None:
            fields.append((name[1], content.decode("utf-8", "replace")))
        else:
            uploads.append(Upload(field=name[1], filename=filename[1], content=content))
    return fields, uploads
