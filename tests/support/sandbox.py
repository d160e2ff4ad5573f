"""Simulated Technitium nodes in the test's own process, on free ports of 127.0.0.1.

`sandbox()` is the cluster of the demonstration, `fresh_nodes()` are nodes as newly installed.
"""

import ssl
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from technitium_sandbox.accounts.totp import code
from technitium_sandbox.clock import SandboxClock
from technitium_sandbox.demonstration.nodes import NODE_NAMES, TOTP_SECRET, demonstration, fresh
from technitium_sandbox.sandbox import Sandbox
from technitium_sandbox.versions import VERSIONS

__all__ = ["TOTP_SECRET", "Sandbox", "fresh_nodes", "sandbox", "totp_code"]

Certificates = Mapping[str, tuple[Path, Path]]


def sandbox(
    *,
    names: Sequence[str] = NODE_NAMES,
    failure_delay_s: float = 0.0,
    clock: SandboxClock | None = None,
    certificates: Certificates | None = None,
) -> Sandbox:
    """One cluster named `names`, the first its Primary; enter it with `async with`.

    People: admin/admin, viewer/viewer, dhcp/dhcp and totp/totp (see `totp_code`).
    `lab.nodes["ns1"].url` is a base URL, `.live_tokens("admin")` what that node accepts now;
    `await lab.stop("ns1")` and `lab.start("ns1")` close and open its port;
    `lab.faults.add("ns1", "slow", path="/api/user/login", seconds=1, times=1)`, `.clear()`;
    `lab.requests.of("ns1", "/api/user/login")` is what came in, with `.form`, `.query`,
    `.headers`, `.bearer` as sent; `lab.clock.advance(seconds)` moves the time of all nodes.
    With `certificates` (name to certificate and key files) those nodes speak HTTPS.
    """
    return Sandbox(
        partial(demonstration, names=names, failure_delay_s=failure_delay_s),
        clock=clock,
        certificates=_contexts(certificates),
    )


def fresh_nodes(
    *,
    names: Sequence[str] = ("ns1",),
    failure_delay_s: float = 0.0,
    clock: SandboxClock | None = None,
    certificates: Certificates | None = None,
    version: str = "15.2",
) -> Sandbox:
    """Nodes without a cluster and with admin/admin only, of the release `version`."""
    build = partial(fresh, version=VERSIONS[version])
    return Sandbox(
        partial(build, names=names, failure_delay_s=failure_delay_s),
        clock=clock,
        certificates=_contexts(certificates),
    )


def totp_code(lab: Sandbox) -> str:
    """The code that the person `totp` reads off an authenticator now."""
    return code(TOTP_SECRET, lab.clock.now())


def _contexts(certificates: Certificates | None) -> dict[str, ssl.SSLContext]:
    contexts: dict[str, ssl.SSLContext] = {}
    for name, (certificate, key) in (certificates or {}).items():
        contexts[name] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        contexts[name].load_cert_chain(certificate, key)
    return contexts
