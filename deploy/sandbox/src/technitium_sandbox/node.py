"""One simulated Technitium node: its state, and the order in which it checks a call."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from technitium_sandbox import settings
from technitium_sandbox.accounts import Directory
from technitium_sandbox.apps import App
from technitium_sandbox.clock import SandboxClock, timestamp
from technitium_sandbox.cluster import Cluster, Role
from technitium_sandbox.envelope import Answer, failure, not_found, success
from technitium_sandbox.errors import ApiError, InvalidToken, SignInRefused, access_denied
from technitium_sandbox.lockout import Lockout
from technitium_sandbox.resolution import Query, Resolver, ask
from technitium_sandbox.routes import FLAT, OPEN, PAGES, ROUTER
from technitium_sandbox.routing import Call, Reach, Route
from technitium_sandbox.sessions import Kind, Session, SessionTable
from technitium_sandbox.statistics import QueryStatistics
from technitium_sandbox.zones import ZoneTable

logger = logging.getLogger(__name__)
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
    ) -> None:
        self.name = name
        self.domain = domain or name
        self.ip_addresses = ip_addresses
        self.clock = clock
        self.randomness = randomness
        self.failure_delay_s = failure_delay_s
        self.version = "15.2"
        self.up_since = clock.now()
        self.is_running = False
        self.directory = Directory()
        self.sessions = SessionTable(randomness)
        self.lockout = Lockout()
        self.cluster: Cluster | None = None
        self.zones = ZoneTable(self.up_since)
        self.resolver = Resolver(self.zones)
        self.statistics = QueryStatistics(since=self.up_since)
        self.apps: list[App] = []
        self.settings = settings.defaults()
        self.client_names: Mapping[str, str] = {}
        self.block_list_zones = 0

    @property
    def is_secondary(self) -> bool:
        return self.cluster is not None and self.cluster.me.role is Role.SECONDARY

    async def answer(self, call: Call) -> Answer:
        """The answer to a call from outside; whatever goes wrong is an answer, too."""
        if not call.path.lower().startswith("/api/"):
            return PAGES.get(call.path, not_found()) if call.method == "GET" else not_found()
        return await self._guarded(call, self._dispatch)

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
        for session in self.sessions:
            session.saved = True
        self.sessions.changes += 1
        if self.cluster is not None:
            self.cluster.users_changed()

    def lose_sessions(self) -> None:
        self.sessions.end_where(lambda one: one.kind is Kind.STANDARD)

    def began(self) -> None:
        """A start: what a node keeps in memory only is new."""
        self.is_running = True
        self.up_since = self.clock.now()
        self.lockout = Lockout()
        self.sessions.end_where(lambda one: one.kind is Kind.SINGLE_USE)
        if self.cluster is not None:
            self.cluster.begin()

    def ended(self) -> None:
        """A clean stop: everything that is known is written down."""
        self.is_running = False
        for session in self.sessions:
            session.saved = True
        if self.cluster is not None:
            self.cluster.end()

    def name_of_client(self, address: str) -> str | None:
        """The name that the dashboard shows beside a client's address."""
        return "localhost" if address.startswith("127.") else self.client_names.get(address)

    def asked(self, query: Query) -> None:
        """A client sent a query just now."""
        ask(query, self.resolver, self.statistics, self.clock.now())

    def info(self) -> dict[str, object]:
        """What every signed-in person may know of the node."""
        fields: dict[str, object] = {
            "version": self.version,
            "uptimestamp": timestamp(self.up_since),
            "dnsServerDomain": self.domain,
            "defaultRecordTtl": 3600,
            "defaultNsRecordTtl": 14400,
            "defaultSoaRecordTtl": 900,
            "useSoaSerialDateScheme": False,
            "dnssecValidation": True,
            "clusterInitialized": self.cluster is not None,
        }
        if self.cluster is not None:
            fields["clusterDomain"] = self.cluster.domain
            fields["clusterNodes"] = self.cluster.rows()
        return fields

    async def _guarded(self, call: Call, work: Work) -> Answer:
        try:
            return await work(call)
        except SignInRefused as refusal:
            await asyncio.sleep(self.failure_delay_s)
            return failure(refusal, self.domain)
        except ApiError as error:
            return failure(error, self.domain)
        except Exception:
            logger.exception("a simulated call failed unexpectedly")
            return failure(ApiError(f"This sandbox failed at {call.path}."), self.domain)

    async def _dispatch(self, call: Call) -> Answer:
        if self.cluster is not None:
            elsewhere = await self._elsewhere(call, self.cluster)
            if elsewhere is not None:
                return elsewhere
        if call.path not in OPEN and call.session is None:
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
        if route is None:
            return not_found()
        self._require(call, route)
        outcome = route.handler(call)
        if isinstance(outcome, Answer):
            return outcome
        return success(outcome, self.domain, wrapped=call.path not in FLAT)

    def _require(self, call: Call, route: Route) -> None:
        if not route.needs:
            return
        if not any(self.directory.allows(call.user, *need) for need in route.needs):
            raise access_denied()
