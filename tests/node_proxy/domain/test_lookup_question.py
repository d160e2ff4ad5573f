"""What can be looked up; what means nothing is refused by the name of its parameter."""

import pytest
from companion.technitium.calls import RESOLVE, RESOLVE_FROM_ROOT
from node_proxy.domain.lookup.question import read_question
from node_proxy.domain.refused_field import FieldRefused


def test_a_name_alone_is_asked_for_its_addresses_at_the_node_itself() -> None:
    assert read_question({"name": " www.home.test. "}).params == {
        "server": "this-server",
        "domain": "www.home.test",
        "type": "A",
        "protocol": "Udp",
        "dnssec": "false",
    }


def test_everything_can_be_chosen() -> None:
    question = read_question(
        {
            "name": "192.0.2.7",
            "type": "ptr",
            "protocol": "TCP",
            "dnssec": "True",
            "server": "dns.example (192.0.2.53)",
            "subnet": "203.0.113.9/24",
        }
    )

    assert (question.type, question.protocol, question.dnssec) == ("PTR", "Tcp", True)
    assert question.params["eDnsClientSubnet"] == "203.0.113.0/24"


@pytest.mark.parametrize("name", ["", "."])
def test_the_root_can_be_asked_for(name: str) -> None:
    assert read_question({"name": name, "type": "NS"}).params["domain"] == "."


def test_asking_from_the_root_is_given_the_time_it_may_take() -> None:
    from_root = read_question({"name": "example.com", "server": "Recursive-Resolver"})

    assert from_root.call is RESOLVE_FROM_ROOT
    assert from_root.call.patience_s > read_question({"name": "a"}).call.patience_s
    assert read_question({"name": "a"}).call is RESOLVE


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "a b.test"),
        ("name", "a..test"),
        ("name", "x" * 64),
        ("name", ".".join(["label"] * 60)),
        ("name", "a\r\nb"),
        ("type", "NOTHING"),
        ("type", "0"),
        ("type", "65536"),
        ("type", "٣"),
        ("protocol", "carrier pigeon"),
        ("dnssec", "perhaps"),
        ("server", "a\nb"),
        ("server", "x" * 256),
        ("subnet", "everywhere"),
    ],
)
def test_what_means_nothing_is_refused_by_name(field: str, value: str) -> None:
    with pytest.raises(FieldRefused) as refused:
        read_question({"name": "www.home.test"} | {field: value})

    assert refused.value.field == field


def test_a_name_must_be_given() -> None:
    with pytest.raises(FieldRefused, match="missing"):
        read_question({})
