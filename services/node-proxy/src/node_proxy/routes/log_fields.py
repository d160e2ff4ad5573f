"""Reads the parameters of log routes; a wrong one is 400 and names the field."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from companion.problems import Problem
from starlette.requests import Request

from node_proxy.domain.logs.fields import BadField, Fields


def fields_of(request: Request[Any]) -> Fields:
    """The parameters of the query; of one that is repeated the first, as the Companion does."""
    values: dict[str, str] = {}
    for name, text in request.query_params.multi_items():
        values.setdefault(name, text)
    return Fields(values)


@contextmanager
def named_fields() -> Generator[None]:
    """Inside, a parameter that is refused becomes a problem.

    Raises:
        Problem: `invalid_request` with the name in `field`.
    """
    try:
        yield
    except BadField as error:
        raise Problem("invalid_request", str(error), field=error.name) from error
