"""Settings from the environment: typed, secrets also from files, all problems at once.

What several services read stands in `common`, `sessions` and `transport`. They are not imported
here, since they bring Redis and more with them, which a program with few settings can do without.
"""

from companion.env.reader import Declared, Env, declared
from companion.env.refusal import EXIT_SETTINGS, SettingsRefused, refuse

__all__ = ["EXIT_SETTINGS", "Declared", "Env", "SettingsRefused", "declared", "refuse"]
