"""Which processes live now, written down for people and tools, and told to the warden."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

WARDEN = Path(__file__).with_name("warden.py")


class Journal:
    """Keeps `processes.json` true; `facts` are what else a reader wants to know."""

    def __init__(
        self, path: Path, *, facts: Mapping[str, object], warden: "Warden | None" = None
    ) -> None:
        self._path = path
        self._facts = facts
        self._warden = warden

    def changed(self, alive: Mapping[str, int]) -> None:
        if self._warden is not None:
            self._warden.watch(set(alive.values()))
        whole = {**self._facts, "launcher": os.getpid(), "processes": alive}
        draft = self._path.with_name(self._path.name + ".new")
        # A full disk must not end the stack.
        with suppress(OSError):
            draft.write_text(json.dumps(whole, indent=2) + "\n")
            draft.replace(self._path)

    def close(self) -> None:
        if self._warden is not None:
            self._warden.dismiss()


class Warden:
    """A process that ends the children when the launcher was killed; Linux needs none."""

    def __init__(self) -> None:
        self._watched: set[int] = set()
        self._process = subprocess.Popen(  # noqa: S603 - our own script
            [sys.executable, "-I", "-S", str(WARDEN)],
            stdin=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    @classmethod
    def where_needed(cls) -> "Warden | None":
        return None if sys.platform == "linux" else cls()

    def watch(self, alive: set[int]) -> None:
        """From now on exactly these are ended with the launcher."""
        for pid in alive - self._watched:
            self._write(f"+{pid}\n")
        for pid in self._watched - alive:
            self._write(f"-{pid}\n")
        self._watched = set(alive)

    @property
    def is_gone(self) -> bool:
        return self._process.poll() is not None

    def dismiss(self) -> None:
        """Let it end; whoever is still watched is ended too."""
        with suppress(OSError):
            self._process.communicate(timeout=5)

    def _write(self, line: str) -> None:
        stream = self._process.stdin
        if stream is not None:
            with suppress(OSError, ValueError):
                stream.write(line)
                stream.flush()
