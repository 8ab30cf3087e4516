"""A mail server on a real socket, quick and lean, with a temper for each fault."""

import asyncio
import contextlib
import re
import ssl
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Self

STEPS_IN = ("accepted", "given its transport", "connected", "answered")
"""Turns of the loop until someone who was let in is talked to; a close before then misses her."""
MESSAGE_ID = re.compile(rb"^Message-ID: (<[^>]+>)", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True)
class Taken:
    """A letter that the server was given whole, whether it said so or not."""

    recipient: str
    message_id: str
    at: float


@dataclass
class Line:
    """One conversation, as a mood sees it."""

    read: asyncio.StreamReader
    write: asyncio.StreamWriter
    recipient: str = ""
    mails: int = 0

    async def say(self, text: str) -> None:
        self.write.write(text.encode() + b"\r\n")
        await self.write.drain()


class HangUp(Exception):
    """The server closes the connection."""


Mood = Callable[[Line, str], Awaitable[str | None]]
"""Given a line and what comes next (`greeting`, `MAIL`, …, `letter`), the reply, or None."""


async def kind(_line: Line, _moment: str) -> str | None:
    """Take everything."""
    return None


@dataclass
class MailServer:
    """Answers on a port of this machine until the block ends."""

    mood: Mood = kind
    thinks: float = 0.0
    tls: ssl.SSLContext | None = None
    taken: list[Taken] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    """Recipients named to the server, in order."""
    connections: int = 0
    port: int = 0

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._run(),))
        self._over = asyncio.Event()
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()
        self._loop.close()

    def close_door(self) -> None:
        """Be down: nobody listens any more, and every line breaks."""
        asyncio.run_coroutine_threadsafe(self._close_door(), self._loop).result()

    def open_door(self) -> None:
        """Be there again, at the same port."""
        asyncio.run_coroutine_threadsafe(self._open_door(), self._loop).result()

    async def _open_door(self) -> None:
        self._server = await asyncio.start_server(
            self._answer, "127.0.0.1", self.port, limit=2**20, ssl=self.tls
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def _close_door(self) -> None:
        for listening in self._server.sockets:
            self._loop.remove_reader(listening)
        for _ in STEPS_IN:
            await asyncio.sleep(0)
        self._server.close()
        for task in list(self._talks):
            task.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)

    async def _run(self) -> None:
        self._talks: set[asyncio.Task[None]] = set()
        await self._open_door()
        self._ready.set()
        await self._over.wait()
        await self._close_door()

    async def _answer(self, read: asyncio.StreamReader, write: asyncio.StreamWriter) -> None:
        talk = asyncio.current_task()
        self._talks.add(talk)
        self.connections += 1
        try:
            await self._converse(Line(read, write))
        except (HangUp, OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._talks.discard(talk)
            with contextlib.suppress(OSError):
                write.transport.abort()

    async def _converse(self, line: Line) -> None:
        """Take mail until QUIT (RFC 5321)."""
        await line.say(await self.mood(line, "greeting") or "220 here")
        while octets := await line.read.readline():
            text = octets.decode("ascii", "replace").strip()
            command = text[:4].upper()
            await asyncio.sleep(self.thinks)
            if command == "RCPT":
                line.recipient = text.partition("<")[2].rpartition(">")[0]
                self.tried.append(line.recipient)
            reply = await self.mood(line, command)
            if reply is None and command == "DATA":
                await line.say("354 go on")
                letter = await line.read.readuntil(b"\r\n.\r\n")
                found = MESSAGE_ID.search(letter)
                given = Taken(line.recipient, found[1].decode(), time.monotonic())
                await asyncio.sleep(self.thinks)
                reply = await self.mood(line, "letter")
                if reply is None or reply.startswith("250"):
                    self.taken.append(given)
                    line.mails += 1
                    reply = await self.mood(line, "taken")
            await line.say(reply or "250 well")
            if command == "QUIT" or (reply or "").startswith("421"):
                return
