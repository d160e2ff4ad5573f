"""A tiny process in place of a service: answers HTTP 200 on a port and notes when it is ended.

Run as `python stand_in.py NAME PORT DIARY [deaf]`; each coming and orderly end is a line in DIARY.
"""

import os
import signal
import socket
import sys
from pathlib import Path
from types import FrameType


def main(name: str, port: int, diary: Path, *, deaf: bool) -> None:
    def note(what: str) -> None:
        with diary.open("a") as file:
            file.write(f"{name} {what} {os.getpid()}\n")

    def end(_number: int, _frame: FrameType | None) -> None:
        note("ended")
        sys.exit(0)

    signal.signal(signal.SIGTERM, signal.SIG_IGN if deaf else end)
    note("began")
    with socket.create_server(("127.0.0.1", port)) as server:
        while True:
            connection, _ = server.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(b"HTTP/1.0 200 OK\r\n\r\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]), deaf="deaf" in sys.argv[4:])
