"""The rules of regulation without Redis, by one node and one group, at the time of Redis."""

from collections.abc import Mapping

from auth_gateway.domain.hourly import Hour, hour_counted, hour_judged, of_this_hour
from auth_gateway.domain.outlook import Outlook, hour_outlook, outlook, together
from auth_gateway.domain.ports import Try
from auth_gateway.domain.regulation import (
    PER_NAME,
    PER_NAME_ANYWHERE,
    PER_NETWORK,
    Budget,
    Count,
    Judgement,
    continues,
    counted,
    judged,
)
from auth_gateway.domain.remembered import (
    Networks,
    is_blank,
    keep_judged_network,
    longest_silent,
    name_count,
    network_count,
    remember_network,
    room_wait_s,
    silent_since,
)


class Model:
    """What Redis has to hold; `shift_s` is how much time has been let pass."""

    def __init__(self, *, per_group: int, awaited_s: float) -> None:
        self.honoured = False
        self.shift_s = 0.0
        self._per_group = per_group
        self._awaited_s = awaited_s
        self._networks = Networks()
        self._everybody = Count()
        self._names: dict[str, Count] = {}
        self._accounts: dict[str, Count] = {}
        self._hours: dict[str, Hour] = {}

    def outlook(self, one: Try, now: float, *, known: bool) -> Outlook:
        now += self.shift_s
        name = name_count(self._names, _pair(one), now=now)

        def by(count: Count, budget: Budget) -> Outlook:
            return outlook(
                count,
                name,
                budget,
                now=now,
                with_code=one.with_code,
                awaited_s=self._awaited_s,
            )

        room_s = room_wait_s(self._networks, one.network, now=now, per_group=self._per_group)
        found = [
            Outlook(room_s),
            by(network_count(self._networks, one.network, now=now), PER_NETWORK),
            by(name, PER_NAME),
        ]
        if not self.honoured:
            found.append(by(self._everybody, PER_NETWORK))
        if not known:
            found.append(by(name_count(self._accounts, one.name, now=now), PER_NAME_ANYWHERE))
            found.append(
                hour_outlook(
                    self._hours.get(one.name, Hour()),
                    name,
                    now=now,
                    with_code=one.with_code,
                    awaited_s=self._awaited_s,
                )
            )
        return together(found)

    def admit(self, one: Try, now: float) -> None:
        now += self.shift_s
        pair = _pair(one)
        name = name_count(self._names, pair, now=now)

        def with_it(count: Count) -> Count:
            continuing = continues(count, name, with_code=one.with_code)
            return counted(count, one.id, now=now, continuing=continuing)

        network = with_it(network_count(self._networks, one.network, now=now))
        account = with_it(name_count(self._accounts, one.name, now=now))
        self._networks = remember_network(
            self._networks, one.network, network, now=now, per_group=self._per_group
        )
        if not self.honoured:
            self._everybody = with_it(self._everybody)
        self._make_room(self._names, pair, now=now)
        self._names[pair] = with_it(name)
        self._make_room(self._accounts, one.name, now=now)
        self._accounts[one.name] = account
        follows = continues(name, name, with_code=one.with_code)
        hour = self._hours.get(one.name, Hour())
        self._hours[one.name] = hour_counted(hour, one.id, now=now, continuing=follows)

    def judge(self, one: Try, answer: Judgement, now: float) -> None:
        now += self.shift_s
        network, pair = self._networks.counts.get(one.network), _pair(one)
        if answer is not Judgement.LATE and network and one.id in _under_way(network, now):
            network = judged(network, one.id, answer, PER_NETWORK, now=now)
            self._networks = keep_judged_network(self._networks, one.network, network, now=now)
        self._everybody = judged(self._everybody, one.id, answer, PER_NETWORK, now=now)
        if pair in self._names:
            self._names[pair] = judged(self._names[pair], one.id, answer, PER_NAME, now=now)
            if is_blank(self._names[pair]):
                del self._names[pair]
        if one.name in self._accounts:
            count = judged(self._accounts[one.name], one.id, answer, PER_NAME_ANYWHERE, now=now)
            hour = hour_judged(self._hours[one.name], one.id, answer, now=now)
            self._accounts[one.name], self._hours[one.name] = count, hour
            if is_blank(count) and not of_this_hour(hour, now=now).moments:
                del self._accounts[one.name], self._hours[one.name]

    def _make_room(self, counts: dict[str, Count], name: str, *, now: float) -> None:
        if name in counts or len(counts) < self._per_group:
            return
        gone = longest_silent({one: self._silent_since(counts, one, now) for one in counts})
        del counts[gone]
        if counts is self._accounts:
            del self._hours[gone]

    def _silent_since(self, counts: Mapping[str, Count], name: str, now: float) -> float:
        hours = self._hours if counts is self._accounts else {}
        moments = of_this_hour(hours.get(name, Hour()), now=now).moments
        return max(silent_since(counts[name]), *moments.values(), 0.0)


def _pair(one: Try) -> str:
    return f"{one.network} {one.name}"


def _under_way(count: Count, now: float) -> set[str]:
    return {one for one, until in count.pending.items() if until > now}
