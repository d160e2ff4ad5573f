"""What stands in Redis for a user name in whatever case it was typed: a digest that hides it."""

from typing import Final

from companion.sessions.seal import Pepper

_CHARACTERS: Final = 32


def people(pepper: Pepper, name: str) -> list[str]:
    """What may stand for a folded name, under each pepper, the one for new entries first."""
    return [digest.hex()[:_CHARACTERS] for digest in pepper.digests(f"name:{name}")]
