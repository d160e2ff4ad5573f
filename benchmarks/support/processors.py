"""How much of the processors others took meanwhile, on which ratios of times depend (Linux)."""

import os
import resource
from collections.abc import Callable
from pathlib import Path


def watch_others() -> Callable[[], float]:
    """Call the result after all processes of ours have ended: seconds of processors of others."""
    before = _busy_s() - _ours_s()
    return lambda: max(0.0, _busy_s() - _ours_s() - before)


def _busy_s() -> float:
    """All processors together, since the machine started; idle and waiting for disks left out."""
    user, nice, system, _, _, irq, softirq, steal = (
        int(text) for text in Path("/proc/stat").read_text().split()[1:9]
    )
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")


def _ours_s() -> float:
    """Of this process and those of its children that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)
