"""Zone files as a node reads them: entries over lines and parentheses, and its complaints."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from technitium_sandbox.calls.errors import ApiError
from technitium_sandbox.dns import domain_names, record_types
from technitium_sandbox.zones.files.data import data_of
from technitium_sandbox.zones.records.values import short as as_short
from technitium_sandbox.zones.records.values import whole

_CLASSES = {"IN": 1, "CS": 2, "CH": 3, "HS": 4, "NONE": 254, "ANY": 255}
_BLANKS = " \t"
_ENDS = " \t();"


@dataclass(slots=True, kw_only=True)
class Entry:
    """The words of one entry, whether it began with a blank, and the comment after it."""

    line: int
    words: list[str] = field(default_factory=list)
    is_continued: bool = False
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """One record of a file."""

    name: str
    type: str
    ttl: int
    data: dict[str, object]
    record_class: int = 1
    comment: str = ""


def parse(text: str, origin: str, default_ttl: int) -> list[Parsed]:
    """The records of a file.

    Raises:
        ApiError: What cannot be read, with the number of its line.
    """
    return list(_Reader(origin=origin, default_ttl=default_ttl).records(text))


@dataclass(slots=True, kw_only=True)
class _Reader:
    origin: str
    default_ttl: int
    last: Parsed | None = None

    def records(self, text: str) -> Iterator[Parsed]:
        for entry in _entries(text):
            if not self._is_directive(entry):
                self.last = self._record(entry)
                yield self.last

    def _is_directive(self, entry: Entry) -> bool:
        word = entry.words[0] if not entry.is_continued else ""
        if word == "$INCLUDE":
            raise ApiError(
                "The zone file parser does not support $INCLUDE control entry on line #"
                f" {entry.line}."
            )
        if word not in ("$ORIGIN", "$TTL"):
            return False
        if len(entry.words) == 1:
            raise _broken("domain" if word == "$ORIGIN" else "ttl", entry)
        if word == "$ORIGIN":
            self.origin = _whole_name(entry.words[1], self.origin)
        else:
            self.default_ttl = whole(entry.words[1])
        return True

    def _record(self, entry: Entry) -> Parsed:
        words = list(entry.words)
        name = self._name(entry, words)
        head, rest = self._head(entry, words)
        try:
            data = data_of(head.type, rest, self.origin)
        except (ApiError, ValueError, IndexError) as problem:
            inner = problem.message if isinstance(problem, ApiError) else None
            raise _broken(
                "rdata", entry, inner or "Index was outside the bounds of the array."
            ) from None
        return replace(head, name=name, data=data, comment=entry.comment)

    def _name(self, entry: Entry, words: list[str]) -> str:
        if entry.is_continued:
            if self.last is None:
                raise _broken("domain", entry)
            return self.last.name
        name = _whole_name(words.pop(0), self.origin)
        try:
            domain_names.check(name)
        except ApiError:
            raise _broken("domain", entry) from None
        return name.lower()

    def _head(self, entry: Entry, words: list[str]) -> tuple[Parsed, list[str]]:
        """TTL and class in any order, each once, and then the type."""
        ttl: int | None = None
        record_class: int | None = None
        while words:
            word = words.pop(0)
            if ttl is None and _is_number(word):
                ttl = whole(word)
            elif record_class is None and _class(word) is not None:
                record_class = _class(word)
            else:
                kind = _type(word)
                if kind is None:
                    break
                return self._filled(kind, ttl, record_class), words
        raise _broken("rr", entry)

    def _filled(self, kind: str, ttl: int | None, record_class: int | None) -> Parsed:
        before = self.last
        if ttl is None:
            ttl = self.default_ttl or (before.ttl if before else 0)
        if record_class is None:
            record_class = before.record_class if before else 1
        return Parsed(name="", type=kind, ttl=ttl, data={}, record_class=record_class)


def _entries(text: str) -> Iterator[Entry]:
    """Entries with their words; parentheses carry one over several lines."""
    entry: Entry | None = None
    depth = 0
    for number, line in enumerate(text.splitlines(), start=1):
        if entry is None:
            entry = Entry(line=number, is_continued=line[:1] in (" ", "\t") and bool(line.strip()))
        depth = _read_line(line, entry, depth)
        if depth == 0:
            if entry.words:
                yield entry
            entry = None
    if entry is not None and entry.words:
        yield entry


def _read_line(line: str, entry: Entry, depth: int) -> int:
    at = 0
    while at < len(line):
        letter = line[at]
        if letter == ";":
            entry.comment = line[at + 1 :]
            break
        if letter in "()":
            depth = 1 if letter == "(" else 0
            at += 1
        elif letter in _BLANKS:
            at += 1
        elif letter == '"':
            at = _read_quoted(line, at, entry)
        else:
            end = next((i for i in range(at, len(line)) if line[i] in _ENDS), len(line))
            entry.words.append(line[at:end])
            at = end
    return depth


def _read_quoted(line: str, start: int, entry: Entry) -> int:
    at = start + 1
    while at < len(line) and line[at] != '"':
        at += 2 if line[at] == "\\" else 1
    if at >= len(line):
        raise _broken("rdata", entry, "Closing double quotes are missing.")
    entry.words.append(line[start + 1 : at].replace('\\"', '"').replace("\\\\", "\\"))
    return at + 1


def _whole_name(word: str, origin: str) -> str:
    if word == "@":
        return origin
    if word.endswith("."):
        return word[:-1]
    return f"{word}.{origin}" if origin else word


def _is_number(word: str) -> bool:
    return word.isascii() and word.isdigit()


def _class(word: str) -> int | None:
    if word.upper().startswith("CLASS") and _is_number(word[5:]):
        return as_short(word[5:])
    return _CLASSES.get(word.upper())


def _type(word: str) -> str | None:
    try:
        if word.upper().startswith("TYPE") and _is_number(word[4:]):
            return record_types.as_type(word[4:])
        return record_types.as_type(word)
    except ApiError:
        return None


def _broken(what: str, entry: Entry, inner: str | None = None) -> ApiError:
    return ApiError(
        f"The zone file parser failed to parse '{what}' field on line # {entry.line}.", inner=inner
    )
