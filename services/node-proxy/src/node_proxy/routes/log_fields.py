"""Reads the parameters of log routes."""

from typing import Any

from starlette.requests import Request

from node_proxy.domain.logs.fields import Fields


def fields_of(request: Request[Any]) -> Fields:
    """The parameters of the query; of one that is repeated the first, as the Companion does."""
    values: dict[str, str] = {}
    for name, text in request.query_params.multi_items():
        values.setdefault(name, text)
    return Fields(values)
