"""What is sent with a call: where the token goes, whose address is told, what we are called.

No secret is ever part of a URL; parameters travel as a form, the token in a header or the form.
"""

import re
from collections.abc import Mapping
from importlib.metadata import version as distribution_version

from companion.ip import read_ip
from companion.secret import Secret
from companion.technitium.text import readable
from companion.technitium.versions import Version, sends_bearer

USER_AGENT = f"technitium-companion/{distribution_version('companion-shared')}"

# Technitium keeps 255 characters of a user agent.
_MAX_AGENT_CHARACTERS = 200
_TOKEN = re.compile(r"[\x21-\x7e]{1,512}")


def is_sendable(token: Secret) -> bool:
    """Whether it could be a token at all; anything else might break out of a header."""
    return _TOKEN.fullmatch(token.reveal()) is not None


def authorized(
    params: Mapping[str, str], token: Secret, version: Version | None
) -> tuple[dict[str, str], dict[str, str]]:
    """Return form and headers with the token where that version reads it, and nowhere else."""
    form = {name: value for name, value in params.items() if name.lower() != "token"}
    if sends_bearer(version):
        return form, {"Authorization": f"Bearer {token.reveal()}"}
    return form | {"token": token.reveal()}, {}


def real_ip(address: str | None) -> dict[str, str]:
    """The header a node may take the person's address from; none unless it is an address."""
    literal = read_ip(address) if address else None
    return {} if literal is None else {"X-Real-IP": str(literal)}


def user_agent(added: str) -> dict[str, str]:
    """Our own name with what the caller adds, as one line of visible ASCII."""
    line = readable(added).encode("ascii", "replace").decode()[:_MAX_AGENT_CHARACTERS]
    return {"User-Agent": f"{USER_AGENT} {line}".rstrip()}
