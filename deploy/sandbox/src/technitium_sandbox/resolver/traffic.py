"""A made-up stream of queries of a household: the same for the same node and minute, always.

Nothing is stored: each minute is drawn anew from a generator seeded by node and minute.
"""

import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass

from technitium_sandbox.dashboard.statistics import Rcode, Source, Tally
from technitium_sandbox.dns.codes import PROTOCOLS, RCODES, RESPONSE_TYPES, TYPES
from technitium_sandbox.logs.query_log import Row

Host = tuple[str, str | None, int]
Way = tuple[str, int]
Asked = tuple[str, str, Rcode, Source, int]

HOSTS = (
    ("192.168.10.21", "anna-laptop.home.arpa", 16),
    ("192.168.10.22", "jonas-desktop.home.arpa", 14),
    ("192.168.10.23", "anna-phone.home.arpa", 12),
    ("192.168.10.24", "jonas-phone.home.arpa", 11),
    ("192.168.10.25", "tablet.home.arpa", 6),
    ("192.168.10.30", "living-room-tv.home.arpa", 9),
    ("192.168.10.31", "kitchen-speaker.home.arpa", 3),
    ("192.168.10.40", "nas.home.arpa", 5),
    ("192.168.10.41", "printer.home.arpa", 1),
    ("192.168.20.11", "thermostat.iot.home.arpa", 2),
    ("192.168.20.12", "doorbell.iot.home.arpa", 4),
    ("192.168.20.13", "vacuum.iot.home.arpa", 2),
    ("192.168.20.14", "solar-inverter.iot.home.arpa", 3),
    ("192.168.30.57", None, 2),
)
_AUTH, _REC, _CACHE, _BLOCK = (
    Source.AUTHORITATIVE,
    Source.RECURSIVE,
    Source.CACHED,
    Source.BLOCKED,
)
_OK, _NX, _FAIL = Rcode.NO_ERROR, Rcode.NX_DOMAIN, Rcode.SERVER_FAILURE
# Name, type, response code, where the answer came from, how often in relation to the others.
_QUESTIONS = (
    ("nas.home.arpa", "A", _OK, _AUTH, 30),
    ("printer.home.arpa", "A", _OK, _AUTH, 8),
    ("wpad.home.arpa", "A", _NX, _AUTH, 12),
    ("40.10.168.192.in-addr.arpa", "PTR", _OK, _AUTH, 6),
    ("mqtt.iot.home.arpa", "A", _OK, _AUTH, 22),
    ("www.example.com", "A", _OK, _CACHE, 34),
    ("www.example.com", "HTTPS", _OK, _CACHE, 18),
    ("mail.example.net", "A", _OK, _CACHE, 26),
    ("mail.example.net", "AAAA", _OK, _CACHE, 14),
    ("cdn.video.example", "A", _OK, _CACHE, 40),
    ("cdn.video.example", "AAAA", _OK, _CACHE, 22),
    ("api.weather.example", "A", _OK, _REC, 18),
    ("time.pool.example", "A", _OK, _REC, 20),
    ("updates.phone.example", "A", _OK, _REC, 16),
    ("updates.phone.example", "HTTPS", _OK, _REC, 12),
    ("music.stream.example", "A", _OK, _CACHE, 24),
    ("photos.cloud.example", "AAAA", _OK, _REC, 15),
    ("news.daily.example", "A", _OK, _REC, 13),
    ("news.daily.example", "SVCB", _OK, _REC, 3),
    ("school.portal.example", "A", _OK, _CACHE, 9),
    ("_spf.example.net", "TXT", _OK, _REC, 2),
    ("xn--mnchen-3ya.example", "A", _OK, _REC, 2),
    ("oldservice.example.org", "A", _NX, _REC, 9),
    ("flaky.partner.example", "A", _FAIL, _REC, 3),
    ("ads.tracker.example", "A", _NX, _BLOCK, 28),
    ("ads.tracker.example", "HTTPS", _NX, _BLOCK, 10),
    ("telemetry.tv.example", "A", _NX, _BLOCK, 21),
    ("metrics.phone.example", "AAAA", _NX, _BLOCK, 13),
    ("pixel.social.example", "A", _NX, _BLOCK, 11),
    ("banner.adnetwork.example", "A", _NX, _BLOCK, 9),
)
_PROTOCOLS = (("Udp", 90), ("Https", 7), ("Tls", 2), ("Tcp", 1))
# How busy each hour of the day is, UTC, as a share of the busiest.
_DAY_SHARES = (
    *(0.20, 0.14, 0.12, 0.11, 0.12, 0.18),
    *(0.40, 0.62, 0.55, 0.48, 0.46, 0.50),
    *(0.58, 0.52, 0.50, 0.56, 0.66, 0.80),
    *(0.92, 1.00, 0.97, 0.82, 0.58, 0.34),
)

# Names that the block list of the demonstration holds, of all the others it is said to hold.
BLOCKED = frozenset(row[0] for row in _QUESTIONS if row[3] is _BLOCK)
# What has to be asked of others, once in a while at least.
ASKED = tuple((row[0], row[1]) for row in _QUESTIONS if row[3] in {_REC, _CACHE})
HOST_NAMES = {address: name for address, name, _ in HOSTS if name is not None}
CACHED_ENTRIES = 2_914


def _weights(table: tuple[tuple[object, ...], ...]) -> list[int]:
    return list(itertools.accumulate(int(str(row[-1])) for row in table))


_HOST_WEIGHTS = _weights(HOSTS)
_QUESTION_WEIGHTS = _weights(_QUESTIONS)
_PROTOCOL_WEIGHTS = _weights(_PROTOCOLS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """`busiest` is the mean number of queries in a minute of the busiest hour."""

    seed: str
    busiest: float

    def minute(self, number: int) -> Tally:
        tally = Tally()
        for host, question, protocol in self._drawn(number)[1]:
            qname, qtype, rcode, source, _ = question
            tally.count(
                client=host[0],
                qname=qname,
                qtype=qtype,
                protocol=protocol[0],
                rcode=rcode,
                source=source,
            )
        return tally

    def rows(self, number: int, answer: Callable[[str, str], str | None]) -> list[Row]:
        """The same queries as rows of a log, in order; `answer` says what was answered."""
        draw, asked = self._drawn(number)
        moments = sorted(draw.uniform(number * 60, number * 60 + 60) for _ in asked)
        rows: list[Row] = []
        for at, (host, question, protocol) in zip(moments, asked, strict=True):
            qname, qtype, rcode, source, _ = question
            is_asked = source is Source.RECURSIVE and rcode is not _FAIL
            row = Row(
                at=at,
                client=host[0],
                protocol=PROTOCOLS[protocol[0]],
                response_type=RESPONSE_TYPES[source],
                rcode=RCODES[rcode],
                qname=qname,
                qtype=TYPES[qtype],
                rtt_ms=round(draw.uniform(4.0, 90.0), 2) if is_asked else None,
                answer=answer(qname, qtype) if rcode is _OK else None,
            )
            rows.append(row)
        return rows

    def _drawn(self, number: int) -> tuple[random.Random, list[tuple[Host, Asked, Way]]]:
        draw = random.Random(f"{self.seed}:{number}")  # noqa: S311 - made-up queries
        mean = self.busiest * _DAY_SHARES[number // 60 % 24]
        count = round(mean * draw.uniform(0.6, 1.4))
        hosts = draw.choices(HOSTS, cum_weights=_HOST_WEIGHTS, k=count)
        questions = draw.choices(_QUESTIONS, cum_weights=_QUESTION_WEIGHTS, k=count)
        protocols = draw.choices(_PROTOCOLS, cum_weights=_PROTOCOL_WEIGHTS, k=count)
        return draw, list(zip(hosts, questions, protocols, strict=True))
