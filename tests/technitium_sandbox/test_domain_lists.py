"""Allowed and blocked names: the tree, what a list covers, what is written down of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from technitium_sandbox.blocking.lists import DomainList
from technitium_sandbox.calls.errors import ApiError
from technitium_sandbox.calls.parameters import Parameters
from technitium_sandbox.dns import domain_names
from technitium_sandbox.dns.domain_tree import DomainTree, look

_labels = st.sampled_from(["a", "b", "com", "xn--bcher-kva"])
_names = st.lists(_labels, max_size=4).map(".".join)


def place(tree: DomainTree[bool], **parameters: str) -> tuple[str, list[str]]:
    found = look(tree, Parameters(parameters, {}))
    return found.domain, found.children


def listed(*names: str) -> DomainList:
    one = DomainList()
    one.take(names)
    return one


def test_a_name_covers_what_lies_under_it() -> None:
    blocked = listed("ads.example", "track.ads.example")

    assert blocked.covering("ads.example") == "ads.example"
    assert blocked.covering("X.track.ads.example") == "track.ads.example"
    assert blocked.covering("example") is None
    assert listed("").covering("anything.example") == ""


def test_a_look_goes_past_names_that_lead_to_one_other_only() -> None:
    tree = listed("deep.down.example.com", "net").tree

    assert place(tree) == ("", ["com", "net"])
    assert place(tree, domain="COM") == ("deep.down.example.com", [])
    assert place(tree, domain="down.example.com", direction="up") == ("", ["com", "net"])
    assert place(tree, domain="not.there") == ("not.there", [])


def test_a_failed_import_stays_in_memory_only() -> None:
    blocked = listed("m.example")

    with pytest.raises(ApiError):
        blocked.take(["b.example", "a.example", "no good"])

    assert blocked.names() == ["m.example", "b.example", "a.example"]
    assert blocked.saved == ("m.example",)
    blocked.add("z.example")
    assert blocked.names() == ["a.example", "b.example", "m.example", "z.example"]


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("example.com.", "label length cannot be 0 byte."),
        ("a" * 64, "label length cannot exceed 63 bytes."),
        (".".join("a" * 63 for _ in range(5)), "length cannot exceed 255 bytes."),
        ("-a.example", "label cannot start with hyphen."),
        ("a-.example", "label cannot end with hyphen."),
        ("*a.example", "invalid character [42] was found."),
    ],
)
def test_what_is_no_name_is_refused(name: str, problem: str) -> None:
    with pytest.raises(ApiError) as refused:
        domain_names.check(name)

    assert refused.value.message == f"Invalid domain name [{name}]: {problem}"


def test_addresses_are_read_as_net_reads_them() -> None:
    assert str(domain_names.as_address("1")) == "0.0.0.1"
    assert str(domain_names.as_address("2001:db8::1%3")) == "2001:db8::1"
    assert domain_names.as_address("1.2.3.4.5") is None
    assert domain_names.as_address("example.com") is None


@given(st.text())
def test_any_text_is_a_name_or_refused(text: str) -> None:
    try:
        domain_names.check(domain_names.to_ascii(text))
    except ApiError:
        return
    assert text.isascii() or domain_names.to_unicode(domain_names.to_ascii(text))


@given(st.lists(st.tuples(st.booleans(), _names)))
def test_a_tree_leads_to_its_names_and_nowhere_else(steps: list[tuple[bool, str]]) -> None:
    tree: DomainTree[bool] = DomainTree()
    names: set[str] = set()
    for is_added, name in steps:
        if is_added:
            tree.set(name, value=True)
            names.add(name)
        else:
            assert tree.remove(name) == (name in names)
            names.discard(name)

    assert set(tree) == names
    assert _reached(tree, "") | ({""} & names) == names


def _reached(tree: DomainTree[bool], name: str) -> set[str]:
    children = tree.children(name)
    assert all(child in tree or tree.children(child) for child in children)
    own = {child for child in children if child in tree}
    return own.union(*(_reached(tree, child) for child in children))
