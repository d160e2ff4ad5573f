"""Resident memory of a process of this machine (Linux)."""

from pathlib import Path


def resident_mb(pid: int) -> float:
    """Megabytes that the process holds in memory now."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"process {pid} shows no VmRSS")
