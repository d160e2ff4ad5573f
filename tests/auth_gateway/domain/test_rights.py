"""A right counts only on the node that it protects, and only one Primary is "the" Primary."""

from dataclasses import replace

import pytest
from auth_gateway.domain.rights import (
    Answers,
    PrimaryAmbiguous,
    PrimaryUnknown,
    only_primary,
    right_at,
)
from companion.sessions.record import NodeGrant, SessionRecord
from companion.technitium.calls import Permission
from companion.technitium.errors import NodeTimeout, NodeUnreachable
from companion.technitium.session_info import ClusterNode, SessionInfo

from tests.support.sessions import record_of, signed_in

HOME = "home.example"
DOWN = NodeUnreachable("ns1", "It is down.")


def info(role: str | None, **rights: tuple[bool, bool, bool]) -> SessionInfo:
    """What a node says of itself; without a role it stands alone."""
    own = ClusterNode(name="n", url="", ip_addresses=(), type=role or "", state="Self")
    return SessionInfo(
        username="admin",
        version="15.2",
        started_at=None,
        server_domain="n",
        cluster_initialized=role is not None,
        cluster_domain=HOME if role else None,
        cluster_nodes=(own,) if role else (),
        permissions=rights,
    )


def record(**grants: NodeGrant) -> SessionRecord:
    return replace(record_of()(0.0), nodes=grants)


PRIMARY = replace(signed_in("t"), cluster=HOME, is_primary=True)
SECONDARY = replace(signed_in("t"), cluster=HOME)
ALONE = replace(signed_in("t"), is_primary=True)
NEVER_TOLD = replace(signed_in("t"), token=None)


@pytest.mark.parametrize(
    ("flags", "permission", "granted"),
    [
        ((True, False, False), Permission.VIEW, True),
        ((True, False, True), Permission.MODIFY, False),
        ((False, True, False), Permission.MODIFY, True),
        ((False, False, True), Permission.DELETE, True),
    ],
)
def test_none_of_the_three_rights_implies_another(
    flags: tuple[bool, bool, bool], permission: Permission, *, granted: bool
) -> None:
    found = right_at({"ns1": info(None, DhcpServer=flags)}, "ns1", "DhcpServer", permission)

    assert (found.node_id, found.granted) == ("ns1", granted)


def test_a_section_that_the_node_does_not_name_grants_nothing() -> None:
    answers: Answers = {"ns1": info(None, Zones=(True, True, True))}

    assert right_at(answers, "ns1", "DhcpServer", Permission.VIEW).granted is False


def test_a_node_without_an_answer_has_no_word() -> None:
    with pytest.raises(NodeUnreachable):
        right_at({"ns1": DOWN, "ns2": info(None)}, "ns1", "DhcpServer", Permission.VIEW)


def test_the_node_that_calls_itself_primary_is_it() -> None:
    answers: Answers = {"ns2": info("Secondary"), "ns1": info("Primary")}

    assert only_primary(record(), answers) == "ns1"


def test_a_node_that_stands_alone_beside_a_cluster_makes_two() -> None:
    with pytest.raises(PrimaryAmbiguous) as caught:
        only_primary(record(), {"ns1": info("Primary"), "lab": info(None)})

    assert caught.value.node_ids == ("ns1", "lab")


def test_a_lab_node_does_not_become_the_only_primary_when_the_primary_is_down() -> None:
    answers: Answers = {"ns1": DOWN, "lab": info(None)}

    with pytest.raises(PrimaryAmbiguous):
        only_primary(record(ns1=PRIMARY, lab=ALONE), answers)
    with pytest.raises(NodeUnreachable):
        only_primary(record(ns1=NEVER_TOLD, lab=ALONE), answers)
    with pytest.raises(NodeUnreachable):
        only_primary(record(lab=ALONE), answers)


def test_a_secondary_that_is_down_does_not_stand_in_the_way() -> None:
    answers: Answers = {"ns1": info("Primary"), "ns2": NodeTimeout("ns2", "It hangs.")}

    assert only_primary(record(ns1=PRIMARY, ns2=SECONDARY), answers) == "ns1"


def test_a_primary_that_is_down_is_still_the_one_meant() -> None:
    answers: Answers = {"ns1": DOWN, "ns2": info("Secondary")}

    assert only_primary(record(ns1=PRIMARY, ns2=SECONDARY), answers) == "ns1"


def test_no_primary_at_all_is_said() -> None:
    with pytest.raises(PrimaryUnknown):
        only_primary(record(), {"ns2": info("Secondary")})
