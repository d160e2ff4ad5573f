"""A refusal to start: everything wrong with the settings, said at once."""

import sys
from collections.abc import Sequence

EXIT_SETTINGS = 2


class SettingsRefused(Exception):  # noqa: N818 - it states an outcome, not a fault
    """The settings cannot be used; `problems` holds one sentence for each thing to change.

    `warnings` are what else was noticed: a misspelt name often explains a missing one.
    """

    def __init__(self, problems: Sequence[str], warnings: Sequence[str] = ()) -> None:
        super().__init__("; ".join(problems))
        self.problems = list(problems)
        self.warnings = list(warnings)


def refuse(exc: SettingsRefused) -> int:
    """Print one line for each problem to standard error; the result is the exit code."""
    for problem in exc.problems:
        sys.stderr.write(f"Cannot start: {problem}\n")
    for warning in exc.warnings:
        sys.stderr.write(f"Note: {warning}\n")
    return EXIT_SETTINGS
