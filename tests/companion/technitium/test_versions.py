"""Versions as nodes tell them."""

import pytest
from companion.technitium.calls import CLUSTER_STATE, ZONES_LIST
from companion.technitium.versions import Version, may_name_a_missing_token, sends_bearer
from hypothesis import given
from hypothesis import strategies as st

numbers = st.integers(min_value=0, max_value=9999)


@given(numbers, numbers, numbers)
def test_version_reads_what_it_writes(major: int, minor: int, build: int) -> None:
    version = Version(major, minor, build)

    assert Version.parse(str(version)) == version


@pytest.mark.parametrize(
    "text", ["", "15", "15.", "v15.2", "15.2-beta", "15.2\n", "9" * 400, "\u0661.\u0662"]
)
def test_anything_else_is_no_version(text: str) -> None:
    with pytest.raises(ValueError, match="Not a version"):
        Version.parse(text)
    assert Version.known(text) is None


def test_newer_is_greater_by_number_and_not_by_text() -> None:
    texts = ["9.1", "13.6", "14.0", "14.0.1", "14.3", "15.0", "15.2", "15.10"]

    assert sorted(map(Version.parse, reversed(texts))) == [Version.parse(text) for text in texts]


@pytest.mark.parametrize(
    ("text", "bearer", "names_parameter", "clusters"),
    [
        ("13.6", False, True, False),
        ("14.3", False, True, True),
        ("15.0", True, False, True),
        ("15.2", True, False, True),
        (None, False, True, False),
    ],
)
def test_rules_of_each_version(
    text: str | None, *, bearer: bool, names_parameter: bool, clusters: bool
) -> None:
    version = Version.known(text)

    assert sends_bearer(version) is bearer
    assert may_name_a_missing_token(version) is names_parameter
    assert CLUSTER_STATE.exists_in(version) is clusters
    assert ZONES_LIST.exists_in(version)
