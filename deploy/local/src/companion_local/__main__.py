"""`python -m companion_local`: run the stack; with `totp`: print the sandbox user's code."""

import os
import sys

EXIT_INTERRUPTED = 130
USAGE = "Usage: python -m companion_local [run | totp]"


def main(arguments: list[str]) -> int:
    match arguments:
        case [] | ["run"]:
            return _run()
        case ["totp"]:
            return _totp()
        case _:
            sys.stderr.write(USAGE + "\n")
            return 2


def _run() -> int:
    from companion.env import SettingsRefused, refuse  # noqa: PLC0415 - not needed for `totp`

    from companion_local.console import Console  # noqa: PLC0415 - the same
    from companion_local.launcher import run  # noqa: PLC0415 - the same

    try:
        return run(os.environ, Console())
    except SettingsRefused as refused:
        return refuse(refused)
    except KeyboardInterrupt:
        # Before anything was started; from then on signals are the supervisor's.
        return EXIT_INTERRUPTED


def _totp() -> int:
    # The sandbox knows the secret; one command of ours is easier to remember than two.
    command = [sys.executable, "-P", "-m", "technitium_sandbox", "--totp"]
    os.execv(command[0], command)  # noqa: S606 - becomes that program, no shell wanted


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
