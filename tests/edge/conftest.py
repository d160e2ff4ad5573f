"""One stack behind the real Traefik for the whole run, calmed before each test."""

from collections.abc import Generator
from pathlib import Path

import pytest

from tests.support.edge import Edge
from tests.support.lab import until
from tests.support.marking import mark_all_below


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here is a system test and may wait for a whole stack to start."""
    mark_all_below(Path(__file__).parent, items, pytest.mark.system, pytest.mark.timeout(120))


@pytest.fixture(scope="session")
def running_edge(tmp_path_factory: pytest.TempPathFactory) -> Generator[Edge]:
    """The stack that the tests of a run share, after a first sign-in.

    That one teaches the gateways that each node takes a client's address from them.
    """
    with Edge(tmp_path_factory.mktemp("edge")) as edge:
        with edge.sign_in("admin"), edge.redis() as client:
            until(
                lambda: len([*client.scan_iter("attempts:real-ip*")]) == len(edge.nodes),
                what="every node's ways are known",
            )
        yield edge


@pytest.fixture
def edge(running_edge: Edge) -> Edge:
    """The shared stack with every node up and well, and no failed sign-in remembered."""
    running_edge.calm()
    return running_edge
