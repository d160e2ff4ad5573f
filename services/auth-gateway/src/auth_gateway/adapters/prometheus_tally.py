"""The gateway's own figures for Prometheus."""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge


class PrometheusTally:
    """The port `Tally`."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._sign_ins = Counter(
            "companion_sign_ins", "Sign-ins by outcome.", ["outcome"], registry=registry
        )
        self._ended = Counter(
            "companion_node_sessions_ended",
            "Technitium sessions ended at their nodes after ours had ended.",
            registry=registry,
        )
        self._swept = Counter(
            "companion_sessions_expired", "Sessions that passed a limit.", registry=registry
        )
        self._turns = Counter(
            "companion_upkeep_turns",
            "Looks at a living session, by what came of it.",
            ["outcome"],
            registry=registry,
        )
        self._checks = Counter(
            "companion_node_session_checks",
            "Questions whether a node still takes a session's token, by answer.",
            ["outcome"],
            registry=registry,
        )
        self._ghosts = Gauge(
            "companion_ghost_sessions",
            "Technitium sessions that nobody holds: entries of the outbox and interrupted sign-ins;"
            " 0 when all is well.",
            registry=registry,
        )
        self._sealed = Gauge(
            "companion_sealed_blobs",
            "Sessions and entries of the outbox in Redis, by the id of the key that sealed them.",
            ["kind", "key_id"],
            registry=registry,
        )
        self._sealed_known: set[tuple[str, str]] = set()

    def signed_in(self, outcome: str) -> None:
        self._sign_ins.labels(outcome).inc()

    def tokens_ended(self, count: int) -> None:
        self._ended.inc(count)

    def ghost_sessions(self, depth: int) -> None:
        self._ghosts.set(depth)

    def sessions_swept(self, count: int) -> None:
        self._swept.inc(count)

    def upkeep_turn(self, outcome: str) -> None:
        self._turns.labels(outcome).inc()

    def node_session_checked(self, outcome: str) -> None:
        self._checks.labels(outcome).inc()

    def sealed_blobs(self, kind: str, by_key_id: Mapping[str, int]) -> None:
        for key_id, number in by_key_id.items():
            self._sealed.labels(kind, key_id).set(number)
        now = {(kind, key_id) for key_id in by_key_id}
        for gone in {one for one in self._sealed_known if one[0] == kind} - now:
            self._sealed.remove(*gone)
            self._sealed_known.discard(gone)
        self._sealed_known |= now
