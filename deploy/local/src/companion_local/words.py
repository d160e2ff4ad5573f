"""What is said when the stack is up: where it is, how to get in, where things lie."""

from pathlib import Path

ACCOUNTS = (
    ("admin", "admin", "may do everything"),
    ("viewer", "viewer", "in Everyone only: may look at most things"),
    ("dhcp", "dhcp", "in DHCP Administrators"),
    ("totp", "totp", "needs a code as well, of the secret JBSWY3DPEHPK3PXP; print one:"),
    ("", "", "{python} -m companion_local totp"),
)

_BEHIND_A_PROXY = (
    "  This address is for your proxy, which ends TLS: open the address of the proxy in your",
    "  browser. Nobody can sign in here without HTTPS.",
    "",
)


def ready(
    *,
    address: str,
    session_auth: bool,
    sandbox_control: str | None,
    python: Path,
    data_dir: Path,
    ca: Path | None,
    seconds: float,
) -> str:
    """The block that closes the start; `sandbox_control` is None where nodes are configured."""
    data = _short(data_dir)
    lines = [
        "",
        f"  Ready after {seconds:.1f} s:  {address}",
        "",
        *(_BEHIND_A_PROXY if session_auth and address.startswith("http://") else ()),
        *_getting_in(python, session_auth=session_auth, sandbox=sandbox_control is not None),
        *(_certificate(_short(ca)) if ca else ()),
        f"  Data                {data}  (sessions, secrets, certificate; kept between runs)",
        f"  Logs                {_short(data_dir / 'log')}",
        *([f"  Simulated nodes     controlled at {sandbox_control}"] if sandbox_control else ()),
        "  Stop                Ctrl-C",
        "",
    ]
    return "\n".join(lines)


def _getting_in(python: Path, *, session_auth: bool, sandbox: bool) -> list[str]:
    if not session_auth:
        return [
            "  Nobody signs in: whoever reaches this address can do with your nodes whatever the",
            "  configured tokens may. AUTH_SESSION_ENABLED=true has people sign in.",
            "",
        ]
    return _accounts(_short(python)) if sandbox else _own_nodes()


def _accounts(python: str) -> list[str]:
    rows = [
        f"    {user:<8} {password:<8} {what.format(python=python)}"
        for user, password, what in ACCOUNTS
    ]
    return [
        "  Sign in to the three simulated nodes (TECHNITIUM_NODES is not set):",
        "    user     password",
        *rows,
        "",
    ]


def _own_nodes() -> list[str]:
    return ["  Sign in with your Technitium user name and password.", ""]


def _certificate(ca: str) -> list[str]:
    return [
        f"  Certificate         your browser warns until it trusts {ca} (see README.md);",
        f"                      curl: --cacert {ca}",
    ]


def trust_again(ca: Path) -> str:
    """What to do after the authority was replaced."""
    return (
        f"The certificate authority of this machine was made anew. Where you trusted the old one, "
        f"remove it and trust {_short(ca)} again."
    )


def _short(path: Path) -> str:
    """Relative to the folder one stands in, where it lies in it."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
