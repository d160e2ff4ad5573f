"""A text that must not be shown: tokens, passwords, shared secrets.

Whoever prints, logs or formats one by accident sees only that a secret was there.
"""

import hmac

_SHOWN = "<secret>"


class Secret:
    """A secret text that only `reveal` gives out.

    Comparing takes the same time wherever two secrets differ. A secret cannot be hashed, so it
    cannot become a dictionary key or a member of a set, where it would outlive its use.
    """

    __hash__ = None  # type: ignore[assignment]  # how Python spells "no hash"
    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The text itself, for the one place that sends or seals it."""
        return self._value

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._value.encode(), other.reveal().encode())

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return _SHOWN

    def __str__(self) -> str:
        return _SHOWN

    def __format__(self, spec: str) -> str:
        return format(_SHOWN, spec)

    def __reduce__(self) -> str:
        raise TypeError("A secret is not pickled: reveal it where it is needed.")
