"""One stack before nodes that fail for all of these tests, each of which finds it well."""

from collections.abc import Generator
from pathlib import Path

import pytest

from tests.faults.asking import OF_SEVERAL
from tests.faults.people import ADMINISTRATOR, share_out_rights
from tests.faults.stack import FaultyStack
from tests.support.marking import mark_all_below


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here is a system test and may wait for a whole stack to start."""
    mark_all_below(Path(__file__).parent, items, pytest.mark.system, pytest.mark.timeout(120))


@pytest.fixture(scope="session")
def running_faulty_stack(tmp_path_factory: pytest.TempPathFactory) -> Generator[FaultyStack]:
    """The stack that the tests of a run share."""
    with FaultyStack(tmp_path_factory.mktemp("faulty")) as stack:
        share_out_rights(stack)
        # The simulated nodes make up their past when they are first asked for it.
        with stack.sign_in(ADMINISTRATOR) as browser:
            for path in OF_SEVERAL:
                browser.get(path).raise_for_status()
        yield stack


@pytest.fixture
def stack(running_faulty_stack: FaultyStack) -> Generator[FaultyStack]:
    """The shared stack with every node up and well, before the test and after it."""
    running_faulty_stack.calm()
    yield running_faulty_stack
    running_faulty_stack.calm()
