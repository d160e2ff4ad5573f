"""What the person at the terminal sees."""

import sys
from contextlib import suppress

NAME_WIDTH = 13


class Console:
    """Writes whole lines; a terminal that went away is no reason to stop."""

    def say(self, text: str = "") -> None:
        with suppress(OSError, ValueError):
            sys.stdout.write(text + "\n")
            sys.stdout.flush()

    def of(self, name: str, text: str) -> None:
        """Say something about one process, or what it said itself."""
        self.say(f"{name:<{NAME_WIDTH}} | {text}")
