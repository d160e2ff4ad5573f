"""How long a session may live."""

from dataclasses import dataclass

_TOUCH_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLimits:
    """The two limits of a session, both held on the server by the time of Redis.

    Attributes:
        idle_s: Seconds without activity after which a session ends.
        max_age_s: Seconds after sign-in at which a session ends whatever happens.
    """

    idle_s: float
    max_age_s: float

    @property
    def touch_s(self) -> float:
        """Seconds for which last-seen stays as it is: a minute, less where idle_s is short."""
        return min(_TOUCH_S, self.idle_s / 10)
