"""`python -m tests.faults.relay HERE THERE`: a process through which everything to a node goes.

Paused by SIGSTOP, the node behind it is one that takes connections and never answers; ended, it is
one where nobody listens. Both are addresses of 127.0.0.1, as HOST:PORT.
"""

import asyncio
import sys
from collections.abc import Sequence

CHUNK = 256 * 1024


async def _serve(here: str, there: str) -> None:
    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection(*_address(there))
        except OSError:
            writer.close()
            return
        await asyncio.gather(_pass_on(reader, far_writer), _pass_on(far_reader, writer))

    server = await asyncio.start_server(one, *_address(here), limit=CHUNK)
    async with server:
        await server.serve_forever()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while chunk := await reader.read(CHUNK):
            writer.write(chunk)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.partition(":")
    return host, int(port)


def main(arguments: Sequence[str]) -> None:
    here, there = arguments
    asyncio.run(_serve(here, there))


if __name__ == "__main__":
    main(sys.argv[1:])
