"""Declares operations that read: what each may be refused with follows from its path."""

from dataclasses import replace
from typing import Final

from companion.openapi.operation import NODE_PROBLEMS, Answer, Operation, Parameter, Shape

# Of an answer that is about nodes which no path names.
PROBLEMS_OF_NODES: Final = tuple(code for code in NODE_PROBLEMS if code != "node_unknown")


def read(
    path: str,
    summary: str,
    *answers: Answer,
    tag: str,
    description: str = "",
    parameters: tuple[Parameter, ...] = (),
    problems: tuple[str, ...] = (),
) -> Operation:
    """A GET that answers one of `answers`.

    Who names a node meets what is wrong with that node, who gives parameters may give a wrong one;
    `problems` are those beyond.
    """
    return Operation(
        method="GET",
        path=path,
        summary=summary,
        description=description,
        tag=tag,
        parameters=parameters,
        answers=answers,
        problems=(
            *(NODE_PROBLEMS if "{node_id}" in path else ()),
            *(("invalid_request",) if parameters else ()),
            *problems,
        ),
    )


def json(description: str, shape: Shape) -> Answer:
    """The one answer of most of them."""
    return Answer(description=description, shape=shape)


def same(operation: Operation, path: str) -> Operation:
    """The operation under another path."""
    summary = f"The same as {operation.path}"
    return replace(operation, path=path, summary=summary, description="")
