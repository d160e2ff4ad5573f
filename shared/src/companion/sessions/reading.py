"""Reads of sessions that are asked for at one moment go to Redis together.

A page asks for several things at once, all with one cookie: its session is then read once for all
of them. Nobody is told what Redis said before he asked: who comes after a batch has been sent
waits for the next.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from redis.asyncio import Redis
from redis.exceptions import NoScriptError

from companion.sessions.scripts import Script
from companion.store import StoreUnavailable, store_errors

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Question:
    """The keys and arguments of one read; equal ones are one."""

    keys: tuple[str, ...]
    args: tuple[float, ...]


class Reading(Generic[_Value]):
    """One read, waited for by everybody who asked the same in the same batch.

    `value` is for whoever makes something of the answer first, to leave it for the others.
    """

    def __init__(self, question: Question) -> None:
        self.question = question
        self.value: _Value | None = None
        self._future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    async def answer(self) -> Any:  # noqa: ANN401 - the script says what it answers
        """What the script answered; who stops waiting takes nothing from the others.

        Raises:
            StoreUnavailable: Redis did not serve.
        """
        return await asyncio.shield(self._future)

    def came(self, answer: object) -> None:
        """Give out the answer; an exception is raised to everybody who waits."""
        if isinstance(answer, BaseException):
            self._future.set_exception(answer)
            # Perhaps nobody waits any more, and that is no error.
            self._future.exception()
        else:
            self._future.set_result(answer)


class Readings(Generic[_Value]):
    """Collects the reads of one turn of the event loop, and sends them as one pipeline."""

    def __init__(self, redis: Redis, script: Script) -> None:
        self._redis = redis
        self._script = script
        self._next: dict[Question, Reading[_Value]] = {}
        # The loop holds tasks only weakly.
        self._sending: set[asyncio.Task[None]] = set()

    def ask(self, keys: Sequence[str], args: Sequence[float]) -> Reading[_Value]:
        """The read that goes out with the next batch."""
        question = Question(tuple(keys), tuple(args))
        reading = self._next.get(question)
        if reading is None:
            if not self._next:
                self._begin()
            reading = self._next[question] = Reading(question)
        return reading

    def _begin(self) -> None:
        task = asyncio.create_task(self._send(), name="read sessions")
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _send(self) -> None:
        batch, self._next = [*self._next.values()], {}
        try:
            answers = await self._answers(batch)
        except BaseException as exc:
            lost = exc if isinstance(exc, StoreUnavailable) else StoreUnavailable("Ended.")
            for reading in batch:
                reading.came(lost)
            if lost is not exc:
                raise
        else:
            for reading, answer in zip(batch, answers, strict=True):
                reading.came(answer)

    async def _answers(self, batch: Sequence[Reading[_Value]]) -> list[Any]:
        if len(batch) == 1:
            return [await self._one(batch[0].question)]
        pipeline = self._redis.pipeline(transaction=False)
        for reading in batch:
            question = reading.question
            pipeline.evalsha(self._script.sha, len(question.keys), *question.keys, *question.args)
        with store_errors():
            answers = await pipeline.execute(raise_on_error=False)
        return [
            await self._settled(reading, answer)
            for reading, answer in zip(batch, answers, strict=True)
        ]

    async def _settled(self, reading: Reading[_Value], answer: object) -> object:
        """One answer of a pipeline: asked once more alone where the script was not known."""
        try:
            with store_errors():
                if isinstance(answer, NoScriptError):
                    return await self._one(reading.question)
                if isinstance(answer, Exception):
                    raise answer
        except StoreUnavailable as exc:
            return exc
        return answer

    async def _one(self, question: Question) -> Any:  # noqa: ANN401 - the script says what
        with store_errors():
            return await self._script.run(self._redis, keys=question.keys, args=question.args)
