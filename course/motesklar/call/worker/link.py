"""The link between the server and a call worker: messages as JSON over a Unix socket pair.

A frame is four bytes of length, most significant first, and the message. Sending never waits; a
side that takes nothing for so long that `UNSENT_MAX` is reached is given up, as if it had died.
"""

import asyncio
import contextlib
import logging
import socket
from typing import Generic, TypeVar

from pydantic import BaseModel, TypeAdapter

log = logging.getLogger("motesklar.call.link")

#: The longest message is a full chat; more is a fault of ours.
FRAME_MAX = 4 * 1024 * 1024
#: Bytes that the other side has not yet taken.
UNSENT_MAX = 32 * 1024 * 1024
_LENGTH_BYTES = 4

Incoming = TypeVar("Incoming")


class Link(Generic[Incoming]):
    """One end. Made by `open`.

    Args:
        incoming: reads what the other end may say.
    """

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        incoming: TypeAdapter[Incoming],
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._incoming = incoming

    @classmethod
    async def open(cls, end: socket.socket, incoming: TypeAdapter[Incoming]) -> "Link[Incoming]":
        """The link over `end`, which it owns from now on."""
        end.setblocking(False)
        reader, writer = await asyncio.open_unix_connection(sock=end, limit=FRAME_MAX)
        return cls(reader, writer, incoming)

    def send(self, message: BaseModel) -> None:
        """Send a message; never waits. Once the link is broken nothing is sent."""
        transport = self._writer.transport
        if transport.is_closing():
            return
        body = message.model_dump_json().encode()
        if len(body) > FRAME_MAX:
            # one message too long would end every call of this worker
            log.error("a message of %s bytes was not sent", len(body))
            return
        if transport.get_write_buffer_size() + len(body) > UNSENT_MAX:
            log.error("the other end takes nothing; the link is given up")
            transport.abort()
            return
        self._writer.write(len(body).to_bytes(_LENGTH_BYTES) + body)

    async def receive(self) -> Incoming | None:
        """The next message, None once the other end is gone. Cancelling may lose a message.

        Raises:
            ValueError: the other end sent something else; only a fault of ours can do that.
        """
        try:
            length = int.from_bytes(await self._reader.readexactly(_LENGTH_BYTES))
            if length > FRAME_MAX:
                raise ValueError(f"a frame of {length} bytes")
            body = await self._reader.readexactly(length)
        except (asyncio.IncompleteReadError, ConnectionError):
            return None
        return self._incoming.validate_json(body)

    async def close(self) -> None:
        """Send what is left and close; safe to call twice, and when the other end is gone."""
        self._writer.close()
        with contextlib.suppress(ConnectionError):  # the other end was faster
            await self._writer.wait_closed()
