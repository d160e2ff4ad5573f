"""The counts of tries in Redis, so that all replicas count as one.

Each node has a count for every network, one for every name in a network, and one for every name
wherever the tries come from, with its last hour. As long as the node is not known to take the
client's address from us, one more stands for all clients together; the tries at a node that is
known to are no part of it, since that node does not count them as ours.

Counts share the room of groups, so that there is a bound to all of them (`domain.remembered`). A
count without a failure is deleted; a group lives a week from its last try, in which a node, too,
forgets none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from companion.ip import read_ip
from companion.keys import ATTEMPTS_PREFIX
from companion.sessions.seal import Pepper
from companion.store import store_errors
from redis.asyncio import Redis

from auth_gateway.adapters.people import people
from auth_gateway.adapters.regulation_scripts import ADMIT, JUDGE
from auth_gateway.domain.caller import IPV6_PREFIX_BITS, site_of
from auth_gateway.domain.hourly import HOUR_S, JUDGED_KEPT, PER_HOUR
from auth_gateway.domain.intents import Intent
from auth_gateway.domain.outlook import Outlook
from auth_gateway.domain.ports import Try
from auth_gateway.domain.regulation import (
    PENDING_S,
    PER_NAME,
    PER_NAME_ANYWHERE,
    PER_NETWORK,
    REMEMBERED_S,
    Budget,
    Judgement,
)
from auth_gateway.domain.remembered import GROUPS, PER_GROUP

# As long as a count is remembered; each sign-in renews it.
_REAL_IP_KEPT_S: Final = REMEMBERED_S
# Enough to tell one from another: of counts in one group, and of tries under way in one count.
_FIELD_BYTES: Final = 8
_TRY_BYTES: Final = 6


class RedisRegulation:
    """The port `Regulation`; fails closed: without Redis no password is sent.

    `awaited_s` is how long the answer to a try is awaited by whoever sent it. Tests have fewer
    `groups`, with room for fewer counts in each.
    """

    def __init__(
        self,
        redis: Redis,
        *,
        pepper: Pepper,
        awaited_s: float,
        groups: int = GROUPS,
        per_group: int = PER_GROUP,
    ) -> None:
        self._redis = redis
        self._pepper = pepper
        self._awaited_s = awaited_s
        self._groups = groups
        self._per_group = per_group

    async def admit(
        self, one: Try, node_ids: Sequence[str], *, known: bool = False, patient: bool = False
    ) -> Mapping[str, Outlook]:
        place = self._place(one.network, people(self._pepper, one.name)[0])
        keys = [
            key for node_id in node_ids for key in (_real_ip_key(node_id), *place.keys(node_id))
        ]
        args: list[str | bytes | float] = [
            *self._common(one.id, place),
            *("1" if each else "0" for each in (one.with_code, known, patient)),
            *(_ms(PENDING_S), _ms(self._awaited_s)),
            *_budget(PER_NAME),
            *_budget(PER_NAME_ANYWHERE),
        ]
        with store_errors():
            told = await ADMIT.run(self._redis, keys=keys, args=args)
        return {
            node_id: Outlook(int(wait_ms) / 1000, in_doubt=bool(in_doubt))
            for node_id, wait_ms, in_doubt in zip(node_ids, told[::2], told[1::2], strict=True)
        }

    async def judge(self, one: Try, judgements: Mapping[str, Judgement]) -> None:
        place = self._place(one.network, people(self._pepper, one.name)[0])
        await self._judge(one.id, place, judgements)

    async def unheard(self, intent: Intent) -> None:
        """Take in that whoever asked is no more and will not say what the node answered."""
        place = self._place(intent.network, intent.person)
        await self._judge(intent.sign_in_id, place, {intent.node_id: Judgement.UNHEARD})

    async def _judge(self, one: str, place: "_Place", judgements: Mapping[str, Judgement]) -> None:
        # What may yet be judged stays under way.
        told = {node: answer for node, answer in judgements.items() if answer != Judgement.LATE}
        if not told:
            return
        keys = [key for node_id in told for key in place.keys(node_id)]
        args: list[str | bytes | float] = [*self._common(one, place), *told.values()]
        with store_errors():
            await JUDGE.run(self._redis, keys=keys, args=args)

    def _common(self, one: str, place: "_Place") -> list[str | bytes | float]:
        return [
            *(_ms(HOUR_S), PER_HOUR, JUDGED_KEPT),
            *(_ms(REMEMBERED_S), self._per_group),
            *_budget(PER_NETWORK),
            sha256(one.encode()).digest()[:_TRY_BYTES],
            *(place.network, place.name, place.account),
        ]

    def _place(self, network: str, person: str) -> "_Place":
        account = bytes.fromhex(person)
        name = sha256(account + network.encode()).digest()
        site = self._pepper.digest(f"network:{site_of(network)}")
        return _Place(
            network=_field_of(network),
            name=name[:_FIELD_BYTES],
            account=account[:_FIELD_BYTES],
            networks=self._group(site),
            names=self._group(name),
            accounts=self._group(account),
        )

    def _group(self, digest: bytes) -> str:
        """By other bytes than those of the field."""
        return str(int.from_bytes(digest[_FIELD_BYTES : 2 * _FIELD_BYTES]) % self._groups)

    async def learn_real_ip(self, node_id: str, *, honoured: bool) -> None:
        key = _real_ip_key(node_id)
        with store_errors():
            if honoured:
                await self._redis.set(key, "1", ex=_REAL_IP_KEPT_S)
            else:
                await self._redis.delete(key)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a try is counted: its field in each kind of group, and which groups these are."""

    network: bytes
    name: bytes
    account: bytes
    networks: str
    names: str
    accounts: str

    def keys(self, node_id: str) -> tuple[str, str, str, str]:
        """The groups of networks, of names in a network, everybody, and of names anywhere."""
        return (
            _key("networks", node_id, self.networks),
            _key("names", node_id, self.names),
            _key("everybody", node_id),
            _key("accounts", node_id, self.accounts),
        )


def _field_of(network: str) -> bytes:
    """An address in as few bytes as tell it from all others."""
    address = read_ip(network)
    if address is None:
        return b"\0" + network.encode()
    packed = address.packed
    return packed[: IPV6_PREFIX_BITS // 8]


def _real_ip_key(node_id: str) -> str:
    return _key("real-ip", node_id)


def _key(kind: str, node_id: str, *parts: str) -> str:
    """One key for one meaning: each part is told with its length, so none can imitate two."""
    told = "".join(f":{len(part)}:{part}" for part in (node_id.lower(), *parts))
    return f"{ATTEMPTS_PREFIX}{kind}{told}"


def _budget(budget: Budget) -> tuple[int, int]:
    return budget.free, _ms(budget.pause_s)


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
