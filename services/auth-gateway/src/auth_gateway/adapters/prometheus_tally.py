"""The gateway's own figures for Prometheus."""

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
        self._ghosts = Gauge(
            "companion_ghost_sessions",
            "Entries of the outbox: Technitium sessions still to be ended; 0 when all is well.",
            registry=registry,
        )

    def signed_in(self, outcome: str) -> None:
        self._sign_ins.labels(outcome).inc()

    def tokens_ended(self, count: int) -> None:
        self._ended.inc(count)

    def ghost_sessions(self, depth: int) -> None:
        self._ghosts.set(depth)

    def sessions_swept(self, count: int) -> None:
        self._swept.inc(count)
