"""A parameter that means nothing is 400 and names the field, before any node is asked."""

from collections.abc import Generator
from contextlib import contextmanager

from companion.problems import Problem

from node_proxy.domain.refused_field import FieldRefused


@contextmanager
def named_fields() -> Generator[None]:
    """Inside, a parameter that is refused becomes a problem.

    Raises:
        Problem: `invalid_request` with the name in `field`.
    """
    try:
        yield
    except FieldRefused as refused:
        raise Problem("invalid_request", str(refused), field=refused.field) from refused
