"""A crowd of strangers at one moment: who has been here does not notice, some strangers come again.

Whether a name exists changes nothing of that.
"""

import asyncio
from collections.abc import Sequence

from auth_gateway.domain.crowd import COME_AGAIN_S
from httpx import Response
from technitium_sandbox.sandbox import Sandbox

from tests.auth_gateway.support import CLIENT, LOGIN_PATH, Gateway, knowing_clients, problem

# So many that also a slow machine has no turn for all of them.
CROWD = 400


async def crowd(gateway: Gateway, name: str, network: str) -> Sequence[Response]:
    return await asyncio.gather(
        *(
            gateway.browser(f"{network}.{n // 250}.{n % 250}").login(name.format(n), "wrong")
            for n in range(CROWD)
        )
    )


async def test_who_has_been_here_signs_in_while_strangers_are_told_to_come_again(
    gateway: Gateway, lab: Sandbox
) -> None:
    await knowing_clients(gateway)
    lab.requests.clear()

    strangers, answer = await asyncio.gather(
        crowd(gateway, "name {}", "198.51"), gateway.browser(CLIENT).login("admin")
    )

    assert answer.status_code == 201
    busy = [each for each in strangers if each.status_code == 503]
    others = [each for each in strangers if each.status_code != 503]
    assert busy
    for each in busy:
        assert problem(each)["code"] == "sign_in_busy"
        assert int(each.headers["retry-after"]) == COME_AGAIN_S
    # What was refused so reached no node, and cost nobody a try.
    assert {each.status_code for each in others} == {401}
    assert len(lab.requests.of("ns1", LOGIN_PATH)) == 1 + len(others)


async def test_known_and_unknown_names_are_told_alike_to_come_again(gateway: Gateway) -> None:
    await knowing_clients(gateway)
    told = []
    for name, network in (("viewer", "198.51"), ("nobody", "203.0")):
        answers = await crowd(gateway, name, network)
        busy = next(each for each in answers if each.status_code == 503)
        told.append({**problem(busy), "requestId": ""})

    assert told[0] == told[1]
