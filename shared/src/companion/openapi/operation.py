"""One operation of the API, as its service declares it.

A `shape` is a type that msgspec knows (a Struct, `list[Row]`, `Annotated[int, Meta(ge=1)]`), or a
JSON schema as a dict where the answer is not written from a type.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from companion.asgi.unsafe import SAFE_METHODS

Shape = Any

# Whoever must be signed in may meet these.
SESSION_PROBLEMS: Final = (
    "session_invalid",
    "https_required",
    "store_unavailable",
    "session_key_unknown",
)
# Whoever changes something may meet these.
UNSAFE_PROBLEMS: Final = ("origin_refused", "cross_site_refused", "unsupported_media_type")
# Whoever asks one node may meet these; `node_unknown` is for routes that name it in the path.
NODE_PROBLEMS: Final = (
    "node_unknown",
    "node_permission_denied",
    "node_session_expired",
    "node_unreachable",
    "node_timeout",
    "node_error",
    "node_version_unsupported",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter of the query, the path or the headers."""

    name: str
    description: str
    shape: Shape = str
    where: Literal["query", "path", "header"] = "query"
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What a request carries; of several media types each takes the same fields."""

    shape: Shape
    media_types: tuple[str, ...] = ("application/json",)
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer that is no problem; without a shape it is text, without a media type empty."""

    description: str
    status: int = 200
    shape: Shape = None
    media_type: str | None = "application/json"
    headers: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method of one path.

    Attributes:
        method: In capitals.
        path: As the table of routes has it. `{node_id}` needs no parameter of its own.
        summary: What it does, in a few words.
        description: What a caller must know besides.
        tag: The subject; operations of one tag are shown together.
        problems: Codes of `companion.problems.TABLE` beyond those that are always possible.
        public: Nobody needs to be signed in.
    """

    method: str
    path: str
    summary: str
    tag: str
    answers: tuple[Answer, ...]
    description: str = ""
    parameters: tuple[Parameter, ...] = ()
    body: Body | None = None
    problems: tuple[str, ...] = ()
    public: bool = False

    @property
    def codes(self) -> tuple[str, ...]:
        """The code of every problem that this operation may answer."""
        return (
            *self.problems,
            *(() if self.public else SESSION_PROBLEMS),
            *(() if self.method in SAFE_METHODS else UNSAFE_PROBLEMS),
            "internal_error",
        )
