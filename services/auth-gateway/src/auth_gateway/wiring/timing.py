"""The gateway's own times."""

from dataclasses import dataclass, field
from typing import Final

from auth_gateway.adapters.technitium_logins import LOGIN_DEADLINE_S
from auth_gateway.adapters.technitium_rights import RIGHTS_DEADLINE_S
from auth_gateway.domain.ghosts import LOOK_AGAIN_S
from auth_gateway.jobs import census, ghosts, sweeper
from auth_gateway.jobs.outbox import Pace
from auth_gateway.jobs.upkeep import UpkeepPace

# How long the answer of a node that missed the deadline is awaited, so that its token can be ended.
LATE_S: Final = 30.0
# What storing the answer takes after that, at most.
STORING_S: Final = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """The gateway's own times in seconds; tests shorten them."""

    login_deadline_s: float = LOGIN_DEADLINE_S
    rights_deadline_s: float = RIGHTS_DEADLINE_S
    late_s: float = LATE_S
    sweep_every_s: float = sweeper.EVERY_S
    census_every_s: float = census.EVERY_S
    ghosts_every_s: float = ghosts.EVERY_S
    ghosts_look_again_s: float = LOOK_AGAIN_S
    outbox: Pace = field(default_factory=Pace)
    upkeep: UpkeepPace = field(default_factory=UpkeepPace)

    @property
    def pending_s(self) -> float:
        """How long a sign-in is worked on at most, late answers and their storing included."""
        return self.login_deadline_s + self.late_s + STORING_S
