"""One running stack for most tests, calmed before each; who kills the launcher starts his own."""

from collections.abc import Generator
from pathlib import Path

import pytest

from tests.support.marking import mark_all_below
from tests.support.stack import Stack


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here is a system test and may wait for a whole stack to start."""
    mark_all_below(Path(__file__).parent, items, pytest.mark.system, pytest.mark.timeout(120))


@pytest.fixture(scope="session")
def running_stack(tmp_path_factory: pytest.TempPathFactory) -> Generator[Stack]:
    """The stack that the tests of a run share."""
    with Stack(tmp_path_factory.mktemp("stack")) as stack:
        yield stack


@pytest.fixture
def stack(running_stack: Stack) -> Stack:
    """The shared stack with every node up and well, and no failed sign-in remembered."""
    running_stack.calm()
    return running_stack
