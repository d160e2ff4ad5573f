"""Good sign-ins while others try bad passwords from many addresses, and without them.

    python -m benchmarks.storm [--seconds 20] [--rate 200]

Three simulated nodes hold back the answer to a wrong password for a second, as real ones do. The
quiet time and the storm are of one run; nothing but loopback is asked, and it ends by itself.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.support.nodes import simulated_nodes
from benchmarks.support.processors import watch_others
from benchmarks.support.services import services
from benchmarks.support.sign_ins import SignIns
from benchmarks.support.skipping import skipped_without_tools

# A second; good ones from where somebody has signed in before, and from elsewhere.
GOOD_RATE = 5
NEW_RATE = 1
# Of the storm, before the good ones begin to count and after they have ended.
MARGIN_S = 2.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--rate", type=float, default=200)
    options = parser.parse_args()
    with skipped_without_tools():
        _run(options.seconds, options.rate)


def _run(seconds: float, rate: float) -> None:
    others_s = watch_others()
    with tempfile.TemporaryDirectory() as folder, simulated_nodes() as nodes:
        urls = dict(nodes.urls)
        running = services(Path(folder), node_url=urls.pop("ns1"), others=urls)
        with running as measured:
            url = f"{measured.gateway_url}/api/auth/login"
            # These teach the gateway that nodes tell clients apart, and who has been here.
            _finished(_begun(url, "good", rate=4 * GOOD_RATE, seconds=4))
            quiet = _finished(_begun(url, "good", rate=GOOD_RATE, seconds=seconds))
            storm = _begun(url, "bad", rate=rate, seconds=seconds + 2 * MARGIN_S)
            time.sleep(MARGIN_S)
            strangers = _begun(url, "new", rate=NEW_RATE, seconds=seconds)
            good = _finished(_begun(url, "good", rate=GOOD_RATE, seconds=seconds))
            new, bad = _finished(strangers), _finished(storm)
            memory_mb = measured.peak_memory_mb()["auth-gateway"]
    _tell("good, quiet", quiet)
    _tell("good, in the storm", good)
    _tell("the same, new here", new)
    _tell("bad", bad)
    print(f"\np95 of good ones: {good.p95_s / quiet.p95_s:.1f} times that of the quiet time")
    print(
        f"others used the processors for {others_s():.0f} s; the ratio means little unless it is 0"
    )
    print(f"auth-gateway: {memory_mb:.0f} MB at most")
    locked = sum(one.locked for one in (quiet, good, new, bad))
    print(f"`Max limit of 5 attempts` from a node: {locked} times")
    if locked:
        sys.exit("A node has locked a network on a try of ours.")


def _begun(url: str, kind: str, *, rate: float, seconds: float) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "benchmarks.support.sign_ins", url]
    command += [f"--kind={kind}", f"--rate={rate}", f"--seconds={seconds}"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own


def _finished(load: "subprocess.Popen[str]") -> SignIns:
    told, _ = load.communicate(timeout=300)
    if load.returncode:
        raise RuntimeError(f"sign-ins ended with code {load.returncode}")
    return SignIns(**json.loads(told.splitlines()[-1]))


def _tell(what: str, done: SignIns) -> None:
    statuses = ", ".join(f"{count} x {status}" for status, count in done.statuses.items())
    times = f"p50 {done.p50_s * 1000:.0f} ms, p95 {done.p95_s * 1000:.0f} ms"
    print(f"{what:20} {done.count:6,}: {times}, slowest {done.slowest_s * 1000:.0f} ms; {statuses}")


if __name__ == "__main__":
    main()
