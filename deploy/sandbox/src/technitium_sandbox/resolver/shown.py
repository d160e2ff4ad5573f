"""A reply as the DNS client shows it: everything that was in the message, and its size."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass, replace

from technitium_sandbox.dashboard.statistics import Rcode
from technitium_sandbox.dns import domain_names
from technitium_sandbox.dns.message import Message
from technitium_sandbox.dns.resource_records import DnsRecord, shown_by_client, with_words
from technitium_sandbox.resolver.replies import Question, Reply

_PAYLOAD_BYTES = 1_232
_CODE_BYTES = 2
_DNSSEC_OK = 0x8000
_FAILED = (Rcode.SERVER_FAILURE, Rcode.REFUSED)

Said = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One reply; `dnssec` is what is known of its records, None when nothing was asked.

    `subnet` is the client's network that an older release's reply repeats.
    """

    server: str
    protocol: str
    question: Question
    reply: Reply
    dnssec: str | None = None
    subnet: str | None = None

    def validated(self) -> "Shown":
        """As it is when DNSSEC was asked for: what is made up here is not signed."""
        return replace(self, dnssec="Insecure")

    def of_keys(self, question: Question, reply: Reply) -> "Shown":
        """The reply about the root's keys in the place of the one that was asked for."""
        return replace(self, question=question, reply=reply, dnssec="Unknown")

    def result(self, round_trip: str, said: Said | None = None) -> dict[str, object]:
        """`said` is what the client itself has to say; by default what follows from the reply."""
        reply, message = self.reply, Message()
        message.question(self.question.name)
        answer, authority, additional = (
            self._rows(records, message)
            for records in (reply.answer, reply.authority, reply.additional)
        )
        options = self._options(message)
        said = self._said() if said is None else said
        return {
            "Metadata": {
                "NameServer": self.server,
                "Protocol": self.protocol,
                "DatagramSize": f"{message.length} bytes",
                "RoundTripTime": round_trip,
            },
            "EDNS": {
                "UdpPayloadSize": _PAYLOAD_BYTES,
                "ExtendedRCODE": reply.rcode,
                "Version": 0,
                "Flags": "None" if self.dnssec is None else "DNSSEC_OK",
                "Options": self._shown_options(),
            },
            **_client_errors(said),
            **self._head(len(answer), len(authority), len(additional) + 1),
            "Question": [{**_named(self.question.name), "Type": self.question.type, "Class": "IN"}],
            "Answer": answer,
            "Authority": authority,
            "Additional": [*additional, options],
        }

    def _head(self, answers: int, authorities: int, additions: int) -> dict[str, object]:
        identifier = hash((self.question, len(self.server))) & 0xFFFF
        return {
            "Identifier": identifier,
            "IsResponse": True,
            "OPCODE": "StandardQuery",
            "AuthoritativeAnswer": self.reply.is_authoritative,
            "Truncation": False,
            "RecursionDesired": True,
            "RecursionAvailable": self.reply.offers_recursion,
            "Z": 0,
            "AuthenticData": False,
            "CheckingDisabled": self.dnssec is not None,
            "RCODE": self.reply.rcode,
            "QDCOUNT": 1,
            "ANCOUNT": answers,
            "NSCOUNT": authorities,
            "ARCOUNT": additions,
        }

    def _rows(self, records: Sequence[DnsRecord], message: Message) -> list[dict[str, object]]:
        lengths = message.records(records)
        return [
            {
                **_named(record.name),
                "Type": record.type,
                "Class": "IN",
                "TTL": with_words(record.ttl),
                "RDLENGTH": f"{length} bytes",
                "RDATA": shown_by_client(record),
                "DnssecStatus": self.dnssec or "Disabled",
            }
            for record, length in zip(records, lengths, strict=True)
        ]

    def _options(self, message: Message) -> dict[str, object]:
        lengths = [_length(one.text) for one in self.reply.errors]
        if self.subnet is not None:
            lengths.append(_subnet_option(self.subnet)[0])
        length = message.options(lengths)
        return {
            "Name": "",
            "Type": "OPT",
            "Class": str(_PAYLOAD_BYTES),
            "TTL": with_words(0 if self.dnssec is None else _DNSSEC_OK),
            "RDLENGTH": f"{length} bytes",
            "RDATA": {"Options": self._shown_options()},
            "DnssecStatus": self.dnssec or "Disabled",
        }

    def _shown_options(self) -> list[dict[str, object]]:
        options: list[dict[str, object]] = [
            {
                "Code": "EXTENDED_DNS_ERROR",
                "Length": f"{_length(one.text)} bytes",
                "Data": {"InfoCode": one.code, "ExtraText": one.text},
            }
            for one in self.reply.errors
        ]
        if self.subnet is not None:
            length, data = _subnet_option(self.subnet)
            options.append(
                {"Code": "EDNS_CLIENT_SUBNET", "Length": f"{length} bytes", "Data": data}
            )
        return options

    def _said(self) -> Said:
        if any(one.code == "Blocked" for one in self.reply.errors):
            return [("Blocked", f"{self.question.name} was blocked by {self.server}")]
        if self.reply.rcode in _FAILED:
            told = f"{self.server} returned RCODE={self.reply.rcode} for {self.question}"
            return [("NoReachableAuthority", told)]
        return []


def _client_errors(said: Said) -> dict[str, object]:
    if not said:
        return {}
    rows = [{"InfoCode": code, "ExtraText": text} for code, text in said]
    return {"DnsClientExtendedErrors": rows}


def _named(name: str) -> dict[str, str]:
    readable = domain_names.to_unicode(name)
    return {"Name": name} if readable == name else {"Name": name, "NameIDN": readable}


def _length(text: str) -> int:
    return _CODE_BYTES + len(text.encode())


def _subnet_option(text: str) -> tuple[int, dict[str, object]]:
    """Length on the wire and fields: two numbers of one byte, one of two, and what is not zero."""
    network = ipaddress.ip_network(text, strict=False)
    data: dict[str, object] = {
        "Family": f"IPv{network.version}",
        "SourcePrefixLength": network.prefixlen,
        "ScopePrefixLength": 0,
        "Address": str(network.network_address),
    }
    return 4 + -(-network.prefixlen // 8), data
