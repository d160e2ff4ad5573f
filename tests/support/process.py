"""Child processes of the tests: none outlives the test run, however that ends."""

import sys

_DIE_WITH_PARENT = """
import ctypes, os, signal, sys
parent = int(sys.argv[1])
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("The test run ended before its child began.")
os.execv(sys.argv[2], sys.argv[2:])
"""


def bound_to_parent(command: list[str], *, parent: int) -> list[str]:
    """The same command, run so that Linux kills it when process `parent` dies.

    A small interpreter sets PR_SET_PDEATHSIG and becomes the command: `preexec_fn` would do the
    same, but is refused from Python 3.12 on in a process that has threads.
    """
    return [sys.executable, "-I", "-S", "-c", _DIE_WITH_PARENT, str(parent), *command]
