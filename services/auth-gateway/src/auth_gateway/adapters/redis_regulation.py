"""The counts of tries in Redis, so that all replicas count as one.

Each node has a count for every network, one for every name in a network, and one for every name
wherever the tries come from, with its last hour. As long as the node is not known to take the
client's address from us, one more stands for all clients together; the tries at a node that is
known to are no part of it, since that node does not count them as ours.

What is stored stays small: a count lets no more tries be under way than it has free ones, and a
count without a failure is deleted. Counts with failures live a week from their last try, in which
a node, too, forgets none.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from companion.keys import ATTEMPTS_PREFIX
from companion.sessions.seal import Pepper
from companion.store import store_errors
from redis.asyncio import Redis

from auth_gateway.adapters.people import people
from auth_gateway.adapters.regulation_scripts import ADMIT, JUDGE
from auth_gateway.domain.hourly import HOUR_S, PER_HOUR
from auth_gateway.domain.intents import Intent
from auth_gateway.domain.ports import Try
from auth_gateway.domain.regulation import (
    PENDING_S,
    PER_NAME,
    PER_NAME_ANYWHERE,
    PER_NETWORK,
    REMEMBERED_S,
    Judgement,
)

# As long as a count is remembered; each sign-in renews it.
_REAL_IP_KEPT_S: Final = REMEMBERED_S
_BUDGETS: Final = (PER_NETWORK, PER_NAME, PER_NAME_ANYWHERE)


class RedisRegulation:
    """The port `Regulation`; fails closed: without Redis no password is sent."""

    def __init__(self, redis: Redis, *, pepper: Pepper) -> None:
        self._redis = redis
        self._pepper = pepper

    async def admit(
        self, one: Try, node_ids: Sequence[str], *, known: bool = False
    ) -> Mapping[str, float]:
        person = self._person(one.name)
        keys = [
            key
            for node_id in node_ids
            for key in (_real_ip_key(node_id), *_count_keys(node_id, one.network, person))
        ]
        args: list[str | float] = [
            *(_ms(HOUR_S), PER_HOUR),
            *(one.id, "1" if one.with_code else "0", "1" if known else "0"),
            *(_ms(PENDING_S), _ms(REMEMBERED_S)),
            *(each for budget in _BUDGETS for each in (budget.free, _ms(budget.pause_s))),
        ]
        with store_errors():
            waits = await ADMIT.run(self._redis, keys=keys, args=args)
        return {
            node_id: int(wait_ms) / 1000 for node_id, wait_ms in zip(node_ids, waits, strict=True)
        }

    async def judge(self, one: Try, judgements: Mapping[str, Judgement]) -> None:
        person = self._person(one.name)
        keys = [key for node_id in judgements for key in _count_keys(node_id, one.network, person)]
        await self._judge(one.id, keys, [*judgements.values()])

    async def unheard(self, intent: Intent) -> None:
        """Take in that whoever asked is no more and will not say what the node answered."""
        keys = _count_keys(intent.node_id, intent.network, intent.person)
        await self._judge(intent.sign_in_id, keys, [Judgement.UNHEARD])

    async def _judge(self, one: str, keys: Sequence[str], judgements: Sequence[Judgement]) -> None:
        args: list[str | float] = [
            *(_ms(HOUR_S), PER_HOUR),
            *(one, _ms(REMEMBERED_S), PER_NETWORK.free),
            *judgements,
        ]
        with store_errors():
            await JUDGE.run(self._redis, keys=keys, args=args)

    async def learn_real_ip(self, node_id: str, *, honoured: bool) -> None:
        key = _real_ip_key(node_id)
        with store_errors():
            if honoured:
                await self._redis.set(key, "1", ex=_REAL_IP_KEPT_S)
            else:
                await self._redis.delete(key)

    def _person(self, name: str) -> str:
        return people(self._pepper, name)[0]


def _count_keys(node_id: str, network: str, person: str) -> tuple[str, str, str, str, str]:
    """The counts of the network, of the name in it, of everybody, of the name; its hour."""
    return (
        _key("network", node_id, network),
        _key("name", node_id, network, person),
        _key("everybody", node_id),
        _key("anywhere", node_id, person),
        _key("hour", node_id, person),
    )


def _real_ip_key(node_id: str) -> str:
    return _key("real-ip", node_id)


def _key(kind: str, node_id: str, *parts: str) -> str:
    """One key for one meaning: each part is told with its length, so none can imitate two."""
    told = "".join(f":{len(part)}:{part}" for part in (node_id.lower(), *parts))
    return f"{ATTEMPTS_PREFIX}{kind}{told}"


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
