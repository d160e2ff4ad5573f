"""Counts and times the calls that are made to nodes.

Labels are node ids of the settings and paths of the call table: bounded, and nobody's secret.
"""

from prometheus_client import CollectorRegistry, Counter, Histogram

# From a healthy node on the same network to one that reaches the deadline.
_BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class CallMetrics:
    """The two metrics of node calls; one instance per registry."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._calls = Counter(
            "companion_node_calls",
            "Calls made to Technitium nodes, by how they ended.",
            ["node", "path", "outcome"],
            registry=registry,
        )
        self._duration = Histogram(
            "companion_node_call_duration_seconds",
            "How long calls to Technitium nodes took, however they ended.",
            ["node", "path"],
            buckets=_BUCKETS_S,
            registry=registry,
        )

    def record(self, *, node_id: str, path: str, outcome: str, seconds: float) -> None:
        """Counts one call that was sent, or was refused before it was sent."""
        self._calls.labels(node_id, path, outcome).inc()
        self._duration.labels(node_id, path).observe(seconds)
