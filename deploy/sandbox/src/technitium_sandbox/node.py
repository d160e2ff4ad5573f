"""One simulated Technitium node: its state, and the order in which it checks a call."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from technitium_sandbox.accounts.directory import Directory
from technitium_sandbox.accounts.lockout import Lockout
from technitium_sandbox.accounts.sessions import Kind, Session, SessionTable
from technitium_sandbox.accounts.sso_api import SingleSignOn
from technitium_sandbox.apps.table import AppTable
from technitium_sandbox.blocking.lists import DomainList
from technitium_sandbox.blocking.updates import BlockListUpdates
from technitium_sandbox.calls.envelope import (
    Answer,
    allowing,
    failure,
    not_found,
    success,
    without_cache_headers,
)
from technitium_sandbox.calls.errors import ApiError, InvalidToken, access_denied
from technitium_sandbox.calls.routing import Call, Reach, Route
from technitium_sandbox.clock import SandboxClock, timestamp
from technitium_sandbox.cluster.cluster import Cluster
from technitium_sandbox.control.faults import Faults
from technitium_sandbox.dashboard.statistics import QueryStatistics
from technitium_sandbox.dhcp import server as dhcp_server
from technitium_sandbox.logs.log_files import LogFiles
from technitium_sandbox.resolver.answering import Answering, Query
from technitium_sandbox.resolver.authority import name_of_address
from technitium_sandbox.resolver.resolution import Resolver
from technitium_sandbox.routes import FLAT, OPEN, PAGES, ROUTER
from technitium_sandbox.settings import settings
from technitium_sandbox.versions import V15_2, Version
from technitium_sandbox.wire import Wire
from technitium_sandbox.zones.table import ZoneTable

logger = logging.getLogger(__name__)
# What the network cards of a machine have, unless its maker says otherwise: the DHCP server
# needs one. It is the address of the machine on which the DHCP story was recorded.
STATIC_ADDRESSES = ("10.77.0.1",)
# Settings that every signed-in person is told.
_KNOWN_SETTINGS = (
    "defaultRecordTtl",
    "defaultNsRecordTtl",
    "defaultSoaRecordTtl",
    "useSoaSerialDateScheme",
    "dnssecValidation",
)
Work = Callable[[Call], Awaitable[Answer]]


class Node:
    """State of one node; what a restart loses is in memory only, as with real nodes."""

    def __init__(
        self,
        name: str,
        *,
        clock: SandboxClock,
        randomness: Callable[[int], bytes],
        domain: str | None = None,
        ip_addresses: tuple[str, ...] = ("127.0.0.1",),
        failure_delay_s: float = 1.0,
        host_name: str = "vm",
        version: Version = V15_2,
    ) -> None:
        self.name = name
        self.domain = domain or name
        # The machine's own name: it stays in the SOA records of answers to what is blocked.
        self.host_name = host_name
        self.ip_addresses = ip_addresses
        self.clock = clock
        self.randomness = randomness
        self.failure_delay_s = failure_delay_s
        self.version = version
        self.up_since = clock.now()
        self.is_running = False
        self.directory = Directory()
        self.sessions = SessionTable(randomness)
        self.lockout = Lockout()
        self.cluster: Cluster | None = None
        # The sandbox puts the one network of all its nodes here.
        self.wire = Wire(Faults(lambda _: None))
        self.zones = ZoneTable(self.up_since, self.domain)
        self.resolver = Resolver(self)
        self.statistics = QueryStatistics(since=self.up_since)
        self.apps = AppTable()
        self.allowed = DomainList()
        self.blocked = DomainList()
        self.settings = settings.defaults(version)
        self.settings["webServiceLocalAddresses"] = list(ip_addresses)
        self.updates = BlockListUpdates(self)
        self.dhcp = dhcp_server.installed(STATIC_ADDRESSES, ip_addresses[0])
        self.answering = Answering(self)
        self.log_files = LogFiles(self.up_since)
        self.sso = SingleSignOn()
        self.client_names: Mapping[str, str] = {}
        self.block_list_zones = 0

    @property
    def is_secondary(self) -> bool:
        return self.cluster is not None and not self.cluster.is_primary

    async def answer(self, call: Call) -> Answer:
        """The answer to a call from outside; whatever goes wrong is an answer, too."""
        if not call.path.lower().startswith("/api/"):
            is_page = call.method == "GET" and call.path in PAGES
            answer = PAGES[call.path] if is_page else not_found()
        else:
            answer = await self._guarded(call, self._dispatch)
        return answer if self.version.sends_cache_headers else without_cache_headers(answer)

    async def answer_for_peer(self, call: Call) -> Answer:
        """The answer to a call that another node of the cluster passes on for its caller."""
        passed_on = replace(
            call,
            node=self,
            address=call.node.ip_addresses[0],
            parameters=call.parameters.without("token", "node"),
        )
        return await self._guarded(passed_on, self._carry_out_for_peer)

    def validate(self, call: Call) -> None:
        """Put the session of the call's token into it and count it as seen.

        Raises:
            InvalidToken: Missing, unknown, expired, or of a disabled user.
        """
        if not call.token and self.version.names_missing_token:
            raise ApiError("Parameter 'token' missing.")
        session = self.sessions.find(call.token) if call.token else None
        user = self.directory.users.get(session.username) if session else None
        if session is None or user is None or user.disabled:
            raise InvalidToken
        now = self.clock.now()
        if session.is_expired(user.session_timeout_s, now):
            self.sessions.end(session.token)
            raise InvalidToken
        if session.kind is Kind.SINGLE_USE:
            self.sessions.end(session.token)
        session.seen(now, call.address, call.agent)
        call.session, call.acting_user, call.acting_kind = session, user, session.kind

    def live_sessions(self) -> list[Session]:
        """Sessions that would be accepted now, but for single-use tokens."""
        users, now = self.directory.users, self.clock.now()
        return [
            one
            for one in self.sessions
            if one.kind is not Kind.SINGLE_USE
            and one.username in users
            and not one.is_expired(users[one.username].session_timeout_s, now)
        ]

    def users_changed(self) -> None:
        """Users, rights or tokens changed: they are saved and spread from a Primary."""
        self.sessions.changes += 1
        if self.cluster is not None:
            self.cluster.accounts_changed()

    def config_changed(self) -> None:
        """Lists or apps changed: they spread from a Primary, too."""
        self.sessions.changes += 1
        if self.cluster is not None:
            self.cluster.config_changed()

    def rename(self, domain: str) -> None:
        """Have another domain name; the other nodes of a cluster learn of it."""
        before, self.domain = self.domain, domain
        if before != domain:
            self.zones.rename_server(before, domain, self.clock.now())
        if self.cluster is not None:
            for node in self.wire.nodes:
                if node.cluster is not None and node.cluster.domain == self.cluster.domain:
                    node.cluster.rename(before, domain)

    def lose_sessions(self) -> None:
        self.sessions.end_where(lambda one: one.kind is Kind.STANDARD)

    def began(self) -> None:
        """A start: what a node keeps in memory only is new."""
        self.is_running = True
        self.up_since = self.clock.now()
        self.lockout = Lockout()
        self.dhcp.began()
        self.updates.began()
        self.allowed.replace(self.allowed.saved)
        self.blocked.replace(self.blocked.saved)
        self.sessions.end_where(lambda one: one.kind is Kind.SINGLE_USE)
        if self.cluster is not None:
            self.cluster.begin()

    def ended(self) -> None:
        """A clean stop: everything that is known is written down."""
        self.is_running = False
        if self.cluster is not None:
            self.cluster.end()

    def name_of_client(self, address: str) -> str | None:
        """The name that the dashboard shows beside a client's address."""
        if address.startswith("127."):
            return "localhost"
        leased = self.dhcp.name_of(address, self.clock.now())
        return leased or self.client_names.get(address) or name_of_address(self, address)

    def asked(self, query: Query) -> None:
        """A client sent a query just now."""
        self.answering.asked(query)

    def info(self) -> dict[str, object]:
        """What every signed-in person may know of the node."""
        fields: dict[str, object] = {
            "version": self.version.text,
            "uptimestamp": timestamp(self.up_since),
            "dnsServerDomain": self.domain,
            **{key: self.settings[key] for key in _KNOWN_SETTINGS if key in self.settings},
            "clusterInitialized": self.cluster is not None,
        }
        for key in self.version.settings_lacking & fields.keys():
            del fields[key]
        if self.cluster is not None:
            fields["clusterDomain"] = self.cluster.domain
            fields["clusterNodes"] = self.cluster.rows()
        return fields

    async def _guarded(self, call: Call, work: Work) -> Answer:
        try:
            return await work(call)
        except ApiError as error:
            if error.held_back:
                await asyncio.sleep(error.held_back * self.failure_delay_s)
            return failure(error, self.domain, self.version)
        except Exception:
            logger.exception("a simulated call failed unexpectedly")
            problem = ApiError(f"This sandbox failed at {call.path}.")
            return failure(problem, self.domain, self.version)

    async def _dispatch(self, call: Call) -> Answer:
        if self.cluster is not None:
            elsewhere = await self._elsewhere(call, self.cluster)
            if elsewhere is not None:
                return elsewhere
        is_open = call.path in OPEN and self.version.has_path(call.path, call.method)
        if not is_open and call.session is None:
            self.validate(call)
        return self._carry_out(call)

    async def _elsewhere(self, call: Call, cluster: Cluster) -> Answer | None:
        """The answer of the node that the call is for, when that is not this one.

        A `node` that does not exist is told before the token is looked at.
        """
        reach = ROUTER.reach(call.path)
        if reach is Reach.HERE:
            return None
        if reach is Reach.PRIMARY:
            member = cluster.primary
        else:
            name = call.parameters.optional("node")
            member = cluster.me if name in (None, "cluster") else cluster.find(str(name))
        if member is cluster.me:
            return None
        self.validate(call)
        return await cluster.forward(call, member)

    async def _carry_out_for_peer(self, call: Call) -> Answer:
        """Here the caller has the rights of this node's own copy of him."""
        call.session = next((one for one in self.sessions if one.kind is Kind.CLUSTER), None)
        if call.session is not None:
            call.session.seen(self.clock.now(), call.address, call.agent)
        call.acting_user = self.directory.user(call.user.username)
        return self._carry_out(call)

    def _carry_out(self, call: Call) -> Answer:
        route = ROUTER.match(call.path, call.method)
        if route is None or not self.version.has_path(route.path, call.method):
            return self._unknown(call)
        self._require(call, route)
        outcome = route.handler(call)
        if isinstance(outcome, Answer):
            return outcome
        return self._success(call, outcome)

    def _success(self, call: Call, fields: Mapping[str, object]) -> Answer:
        wrapped = call.path not in FLAT
        return success(fields, self.domain, wrapped=wrapped, version=self.version)

    def _unknown(self, call: Call) -> Answer:
        """A path that is not there, or not by that method."""
        if not self.version.answers_unknown_calls:
            return not_found()
        answer, route = self._success(call, {}), ROUTER.find(call.path)
        if route is None or call.method in route.methods:
            return answer
        return allowing(answer, route.methods)

    def _require(self, call: Call, route: Route) -> None:
        if not route.needs:
            return
        if not any(self.directory.allows(call.user, *need) for need in route.needs):
            raise access_denied()
