"""Starts one program so that it ends with the launcher: run as `python leash.py PID PROGRAM …`.

It asks the kernel for SIGKILL at the launcher's death, then becomes the program. A step of its
own, because code between fork and exec inside the launcher is unsafe once there are threads.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1
SIGKILL = 9


def main(launcher: int, command: list[str]) -> None:
    """Become `command`, unless the launcher with this process id is already gone."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)
    # The launcher may have died before the kernel was asked: then somebody else is the parent.
    if os.getppid() != launcher:
        sys.exit(1)
    os.execv(command[0], command)  # noqa: S606 - the launcher's own child, no shell wanted


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
