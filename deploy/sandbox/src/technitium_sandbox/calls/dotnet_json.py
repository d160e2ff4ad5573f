"""JSON as .NET reads it: strictly, comments skipped, and with .NET's words for what is wrong.

Every complaint ends with the line and the byte in it, both counted from nought.
"""

import re
from typing import Any, NoReturn

from technitium_sandbox.calls.errors import ApiError

MAX_DEPTH = 64
# Longer ones are read as floating point; no setting is that large.
_EXACT_DIGITS = 30
_SPACE = re.compile(rb"(?:[ \t\r\n]+|//[^\r\n]*|/\*.*?\*/)*", re.DOTALL)
_NUMBER = re.compile(rb"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_PLAIN = re.compile(rb'[^"\\\x00-\x1f]*')
_LITERALS: tuple[tuple[bytes, object], ...] = (
    (b"true", True),
    (b"false", False),
    (b"null", None),
)
_ESCAPES = {
    ord('"'): '"',
    ord("\\"): "\\",
    ord("/"): "/",
    ord("b"): "\b",
    ord("f"): "\f",
    ord("n"): "\n",
    ord("r"): "\r",
    ord("t"): "\t",
}
_HEX = re.compile(rb"[0-9A-Fa-f]{4}")
_OPEN = (
    "Expected depth to be zero at the end of the JSON payload."
    " There is an open JSON object or array that should be closed."
)
_NO_TOKENS = (
    "The input does not contain any JSON tokens. Expected the input to start with a valid"
    " JSON token, when isFinalBlock is true."
)
_UNCLOSED = "Expected end of string, but instead reached end of data."
_AFTER_COMMA = "Expected start of a property name or value, but instead reached end of data."
_TRAILING_COMMA = (
    "The JSON {} contains a trailing comma at the end which is not supported in this mode."
    " Change the reader options."
)
_TOO_DEEP = "The maximum configured depth of {} has been exceeded. Cannot read next JSON {}."


def parse(text: str) -> Any:  # noqa: ANN401 - any JSON value
    """The value that the text holds.

    Raises:
        ApiError: The text is no JSON.
    """
    return _Reader(text.encode("utf-8", "replace")).document()


class _Reader:
    """Reads from the front; `at` is the byte to be read next."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def document(self) -> Any:  # noqa: ANN401 - any JSON
        if self._peek() is None:
            self._fail(_NO_TOKENS)
        value = self._value(0)
        if self._peek() is not None:
            self._fail(
                f"{self._shown()} is invalid after a single JSON value. Expected end of data."
            )
        return value

    def _value(self, depth: int) -> Any:  # noqa: ANN401 - any JSON
        first = self._peek()
        if first == b"{":
            return self._object(depth + 1)
        if first == b"[":
            return self._array(depth + 1)
        if first == b'"':
            return self._string()
        if first is not None and first in b"-0123456789":
            return self._number()
        return self._literal()

    def _object(self, depth: int) -> dict[str, Any]:
        self._descend(depth, "object")
        found: dict[str, Any] = {}
        while self._more(b"}", "object", is_first=not found):
            if self._peek() != b'"':
                self._fail(
                    f"{self._shown()} is an invalid start of a property name. Expected a '\"'."
                )
            name = self._string()
            if self._peek() != b":":
                self._fail_or_end(
                    f"{self._shown()} is invalid after a property name. Expected a ':'."
                )
            self.at += 1
            if self._peek() is None:
                self._fail(_OPEN)
            found[name] = self._value(depth)
        return found

    def _array(self, depth: int) -> list[Any]:
        self._descend(depth, "array")
        found: list[Any] = []
        while self._more(b"]", "array", is_first=not found):
            found.append(self._value(depth))
        return found

    def _descend(self, depth: int, kind: str) -> None:
        if depth > MAX_DEPTH:
            self._fail(_TOO_DEEP.format(MAX_DEPTH, kind))
        self.at += 1

    def _more(self, end: bytes, kind: str, *, is_first: bool) -> bool:
        """Go on to the next member; false behind the last one."""
        following = self._peek()
        if following == end:
            self.at += 1
            return False
        if is_first:
            if following is None:
                self._fail(_OPEN)
            return True
        if following != b",":
            self._fail_or_end(
                f"{self._shown()} is invalid after a value. Expected either ',', '}}', or ']'."
            )
        self.at += 1
        following = self._peek()
        if following is None:
            self._fail(_AFTER_COMMA)
        if following == end:
            self._fail(_TRAILING_COMMA.format(kind))
        return True

    def _string(self) -> str:
        self.at += 1
        parts: list[str] = []
        while True:
            plain = self._match(_PLAIN)
            parts.append(plain.decode("utf-8", "replace"))
            stop = self._here()
            if stop is None:
                self._fail(_UNCLOSED)
            if stop == b'"':
                self.at += 1
                return "".join(parts).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            if stop != b"\\":
                self._fail(
                    f"{self._shown()} is invalid within a JSON string."
                    " The string should be correctly escaped."
                )
            parts.append(self._escaped())

    def _escaped(self) -> str:
        self.at += 1
        letter = self._here()
        if letter is None:
            self._fail(_UNCLOSED)
        if letter != b"u":
            if letter[0] not in _ESCAPES:
                self._fail(
                    f"{self._shown()} is an invalid escapable character within a JSON string."
                    " The string should be correctly escaped."
                )
            self.at += 1
            return _ESCAPES[letter[0]]
        self.at += 1
        digits = _HEX.match(self.data, self.at)
        if digits is None:
            self._fail(
                f"{self._shown()} is not a hex digit following '\\u' within a JSON string."
                " The string should be correctly escaped."
            )
        self.at += 4
        return chr(int(digits[0], 16))

    def _number(self) -> int | float:
        found = _NUMBER.match(self.data, self.at)
        if found is None:
            self.at += 1
            self._fail(
                f"{self._shown()} is invalid within a number, immediately after a sign character"
                " ('+' or '-'). Expected a digit ('0'-'9')."
            )
        self.at = found.end()
        following = self._here()
        if following is not None and following not in b",]} \t\r\n/":
            self._fail(f"{self._shown()} is an invalid end of a number. Expected a delimiter.")
        if found[1] or found[2] or len(found[0]) > _EXACT_DIGITS:
            return float(found[0])
        return int(found[0])

    def _literal(self) -> object:
        for word, value in _LITERALS:
            if self.data.startswith(word, self.at):
                self.at += len(word)
                return value
        meant = next((word for word, _ in _LITERALS if word[:1] == self._here()), None)
        if meant is None:
            self._fail(f"{self._shown()} is an invalid start of a value.")
        return self._fail(
            f"{self._shown()} is an invalid JSON literal. Expected the literal '{meant.decode()}'."
        )

    def _match(self, pattern: re.Pattern[bytes]) -> bytes:
        found = pattern.match(self.data, self.at)
        text = found[0] if found is not None else b""
        self.at += len(text)
        return text

    def _peek(self) -> bytes | None:
        """The first byte behind white space and comments."""
        self._match(_SPACE)
        return self._here()

    def _here(self) -> bytes | None:
        return self.data[self.at : self.at + 1] or None

    def _shown(self) -> str:
        byte = self._here() or b"\0"
        return f"'{byte.decode()}'" if b" " <= byte <= b"~" else f"'0x{byte[0]:02X}'"

    def _fail_or_end(self, problem: str) -> NoReturn:
        self._fail(_OPEN if self._here() is None else problem)

    def _fail(self, problem: str) -> NoReturn:
        before = self.data[: self.at]
        line = before.count(b"\n")
        byte = len(before) - (before.rfind(b"\n") + 1)
        raise ApiError(f"{problem} LineNumber: {line} | BytePositionInLine: {byte}.")
