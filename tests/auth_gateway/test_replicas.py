"""Two gateways on one Redis are one gateway."""

import asyncio

from redis.asyncio import Redis
from technitium_sandbox.sandbox import Sandbox

from tests.auth_gateway.conftest import MakeGateway
from tests.auth_gateway.support import LOGIN_PATH, problem
from tests.support.sandbox import totp_code


async def test_a_session_of_one_is_a_session_of_the_other(make_gateway: MakeGateway) -> None:
    async with make_gateway() as one, make_gateway() as other:
        cookie = {"Cookie": f"__Host-tdc_session={await one.signed_in()}"}

        assert (await other.me(**cookie)).json()["authenticated"] is True
        assert (await other.http.post("/api/auth/logout", headers=cookie)).status_code == 201
        assert (await one.me()).json()["authenticated"] is False


async def test_a_code_is_used_once_across_both(make_gateway: MakeGateway, lab: Sandbox) -> None:
    code = totp_code(lab)
    async with make_gateway() as one, make_gateway() as other:
        browsers = [
            gateway.browser(f"198.51.100.{number}")
            for number, gateway in enumerate((one, other) * 2)
        ]
        answers = await asyncio.gather(*(each.login("totp", "totp", code) for each in browsers))

    assert sorted(answer.status_code for answer in answers) == [201] + 3 * [401]
    refused = [answer for answer in answers if answer.status_code == 401]
    assert {problem(answer)["code"] for answer in refused} == {"totp_used"}
    assert len(lab.requests.of("ns1", LOGIN_PATH)) == 1


async def test_no_request_at_the_moment_of_a_last_seen_write_is_called_signed_out(
    make_gateway: MakeGateway, redis: Redis
) -> None:
    async with make_gateway() as one, make_gateway() as other:
        cookie = {"Cookie": f"__Host-tdc_session={await one.signed_in()}"}
        session = await one.session()
        await redis.hset(session.key, "seen", str(session.seen - 120))

        answers = await asyncio.gather(
            *(
                (one, other)[number % 2].http.post(
                    "/api/auth/nodes/ns9/login", json={"password": "p"}, headers=cookie
                )
                for number in range(100)
            )
        )

        # All of them share this one loop: on a busy machine some miss the deadline of Redis.
        outcomes = {(answer.status_code, problem(answer)["code"]) for answer in answers}
        assert outcomes <= {(404, "node_unknown"), (503, "store_unavailable")}
        assert (await one.session()).seen > session.seen - 1
