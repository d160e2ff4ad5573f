"""The lock that Technitium itself closes on a network, for a test to try against."""

from dataclasses import dataclass, field

from auth_gateway.domain.regulation import Judgement


@dataclass(slots=True)
class Lock:
    """Technitium's own lock: five failures that never decay, then 300 s for everybody."""

    failures: int = 0
    locked_until: float = 0
    refusals: int = field(default=0)

    def ask(self, *, right: bool, now: float) -> Judgement:
        if now < self.locked_until:
            self.refusals += 1
            return Judgement.LOCKED
        if right:
            self.failures = 0
            return Judgement.CLEARED
        self.failures += 1
        if self.failures == 5:
            self.failures, self.locked_until = 0, now + 300
        return Judgement.COUNTED
