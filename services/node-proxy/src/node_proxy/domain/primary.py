"""Which node is the Primary at this moment, by its own word; never a guess.

Every node is asked anew, so a write follows a Primary that has moved. Where it cannot be known
that there is one and only one, nothing is written anywhere.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

from companion.nodes import NodeConfig
from companion.problems import Problem
from companion.technitium.errors import NodeError
from companion.technitium.session_info import SessionInfo
from companion.technitium.topology import Answers, topology

from node_proxy.domain.answer import ask_info
from node_proxy.domain.fan_out import ask_each
from node_proxy.domain.ports import PersonsNodes

RETRY_AFTER_S: Final = 5


async def find_primary(
    nodes: PersonsNodes, configs: Sequence[NodeConfig], *, monotonic: Callable[[], float]
) -> str:
    """The id of the only Primary; takes as long as the slowest node, up to its deadline.

    Raises:
        Problem: See `the_primary`.
    """
    replies = await ask_each(
        [config.id for config in configs],
        partial(ask_info, nodes, max_age_s=0),
        monotonic=monotonic,
    )
    return the_primary(configs, {node_id: reply.value for node_id, reply in replies.items()})


def the_primary(configs: Sequence[NodeConfig], answers: Answers) -> str:
    """The only node that is Primary, or alone, by its own word.

    Nodes that do not answer may be the Secondaries of a cluster. Beside a node alone, or a cluster
    whose Primary is missing, they may as well be what was meant.

    Raises:
        Problem: `primary_ambiguous` for several, `primary_unavailable` for none, and where one
            that does not answer may be another Primary.
    """
    found = topology(configs, answers)
    if len(found.primaries) > 1:
        raise Problem(
            "primary_ambiguous",
            f"Several nodes are Primaries, or alone: {', '.join(found.primaries)}. Name one of "
            "them in the path.",
            nodes=list(found.primaries),
        )
    infos = {
        node_id: answer for node_id, answer in answers.items() if isinstance(answer, SessionInfo)
    }
    silent = [config.id for config in configs if config.id not in infos]
    if not found.primaries:
        named = found.named_primaries or tuple(silent)
        raise _unavailable("No node says that it is the Primary.", named, answers)
    only = found.primaries[0]
    is_alone = not infos[only].cluster_initialized
    if _without_primary(infos, only) or (is_alone and silent):
        raise _unavailable(
            f"{only} is a Primary, but another node that cannot be asked may be one, too. "
            "Name the node in the path.",
            silent,
            answers,
        )
    return only


def _without_primary(infos: Mapping[str, SessionInfo], primary: str) -> bool:
    """Whether members of a cluster answered, though not their Primary."""
    led = infos[primary].cluster_domain
    return any(info.cluster_initialized and info.cluster_domain != led for info in infos.values())


def _unavailable(text: str, node_ids: Sequence[str], answers: Answers) -> Problem:
    reasons = [
        f"{node_id}: {error.message}"
        for node_id in node_ids
        if isinstance(error := answers.get(node_id), NodeError)
    ]
    return Problem(
        "primary_unavailable",
        " ".join([text, *reasons]),
        headers={"Retry-After": str(RETRY_AFTER_S)},
        nodes=list(node_ids),
    )
