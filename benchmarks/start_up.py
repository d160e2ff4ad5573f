"""Seconds from `make run` to ready, the first time on new data and after.

python -m benchmarks.start_up [--times 3]
"""

import argparse
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.support.ports import free_port

READY = "https://localhost:"


def main() -> None:
    parser = argparse.ArgumentParser(description="Seconds until the stack is ready.")
    parser.add_argument("--times", type=int, default=3)
    times: int = parser.parse_args().times
    with tempfile.TemporaryDirectory() as folder:
        first = _seconds_to_ready(Path(folder))
        again = [_seconds_to_ready(Path(folder)) for _ in range(times)]
    print(f"first start, new data   {first:5.1f} s")
    print(f"start after that        {statistics.median(again):5.1f} s (median of {times})")


def _seconds_to_ready(data: Path) -> float:
    environment = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(data),
        "HTTPS_PORT": str(free_port()),
    }
    begun = time.monotonic()
    launcher = subprocess.Popen(
        [sys.executable, "-m", "companion_local"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        for line in launcher.stdout or ():
            if READY in line:
                return time.monotonic() - begun
        raise RuntimeError("the launcher ended before the stack was ready")
    finally:
        launcher.send_signal(signal.SIGTERM)
        launcher.communicate(timeout=30)


if __name__ == "__main__":
    main()
