"""Memory of a process of this machine (Linux)."""

from pathlib import Path


def resident_mb(pid: int) -> float:
    """Megabytes that the process holds in memory now."""
    return _megabytes(pid, "VmRSS")


def peak_mb(pid: int) -> float:
    """The most megabytes that it ever held."""
    return _megabytes(pid, "VmHWM")


def _megabytes(pid: int, name: str) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"process {pid} shows no {name}")
