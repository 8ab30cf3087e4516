"""A mail relay that thinks for 10 ms about each command, in a process of its own."""

import asyncio
import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

from benchmarks.house import free_port

THINKS = 0.010
"""Seconds."""


@contextmanager
def relay() -> Iterator[tuple[int, Connection]]:
    """Run a relay; give its port and the pipe on which it tells when each mail came in."""
    ours, theirs = multiprocessing.Pipe()
    port = free_port()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(port, theirs))
    process.start()
    ours.recv()
    try:
        yield port, ours
    finally:
        process.terminate()
        process.join()


def _serve(port: int, told: Connection) -> None:
    async def main() -> None:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await _converse(reader, writer, told)

        server = await asyncio.start_server(answer, "127.0.0.1", port, limit=2**20)
        told.send("ready")
        await server.serve_forever()

    asyncio.run(main())


async def _converse(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, told: Connection
) -> None:
    """Take mail until QUIT (RFC 5321)."""
    writer.write(b"220 relay\r\n")
    while line := await reader.readline():
        command = line[:4].upper()
        await asyncio.sleep(THINKS)
        if command == b"DATA":
            writer.write(b"354 go on\r\n")
            await reader.readuntil(b"\r\n.\r\n")
            await asyncio.sleep(THINKS)
            told.send(time.time())
        elif command == b"QUIT":
            break
        writer.write(b"250 relay\r\n")
    writer.close()
