"""Nodes agree when a client would see the same, whatever the order and the time to live."""

from node_proxy.domain.lookup.agreement import agree, same_answers
from node_proxy.domain.lookup.reply import LookupFailure, LookupReply, Record


def reply(*records: Record, rcode: str = "NoError") -> LookupReply:
    return LookupReply(
        rcode=rcode,
        name_server=None,
        protocol=None,
        round_trip_ms=None,
        authoritative=False,
        truncated=False,
        recursion_available=True,
        authentic_data=False,
        answer=list(records),
        authority=[],
        additional=[],
        extended_errors=[],
        blocked=None,
        warning=None,
    )


def record(data: str, *, name: str = "www.home.test", kind: str = "A", ttl: int = 60) -> Record:
    return Record(name=name, type=kind, ttl=ttl, data=data, fields={}, dnssec_status="Disabled")


def test_order_time_to_live_and_case_make_no_difference() -> None:
    answers = same_answers(
        {
            "ns1": reply(record("192.0.2.1"), record("192.0.2.2")),
            "ns2": reply(record("192.0.2.2", ttl=7), record("192.0.2.1", name="WWW.home.test")),
        }
    )

    assert agree(answers) is True
    assert answers[0].records == ["www.home.test A 192.0.2.1", "www.home.test A 192.0.2.2"]


def test_signatures_are_left_aside() -> None:
    signed = reply(record("192.0.2.1"), record("A 13 2 …", kind="RRSIG"))

    assert agree(same_answers({"ns1": signed, "ns2": reply(record("192.0.2.1"))})) is True


def test_another_address_or_another_code_is_a_difference() -> None:
    answers = same_answers(
        {
            "ns1": reply(record("192.0.2.1")),
            "ns2": reply(record("192.0.2.9")),
            "ns3": reply(record("192.0.2.1")),
            "ns4": reply(rcode="NxDomain"),
        }
    )

    assert agree(answers) is False
    assert [one.node_ids for one in answers] == [["ns1", "ns3"], ["ns2"], ["ns4"]]


def test_one_reply_agrees_with_nobody() -> None:
    silent = LookupFailure(kind="timed_out", message="The server was silent.")

    assert agree(same_answers({"ns1": reply(record("192.0.2.1")), "ns2": silent})) is None
    assert agree(same_answers({})) is None
