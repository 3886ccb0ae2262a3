"""The server's end of the channel to a page's kernel."""

import asyncio
import socket
from collections.abc import AsyncIterator

from motesklar.kernels.fork_client import ForkedProcess, fork
from motesklar.kernels.frames import BadFrame, FrameKind, FrameReader

_READ_BYTES = 64 * 1024


class PageClient:
    """A page's kernel, as the server sees it. It ends when it is closed."""

    def __init__(
        self,
        process: ForkedProcess,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self.process = process
        self._reader = reader
        self._writer = writer

    @classmethod
    async def start(cls, path: str) -> "PageClient":
        """Fork a page's kernel from the snapshot process that listens at `path`.

        Raises:
            ForkFailed: the process is gone.
        """
        ours, theirs = socket.socketpair()
        try:
            process = await fork(path, "page", {}, [theirs.fileno()])
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        reader, writer = await asyncio.open_connection(sock=ours)
        return cls(process, reader, writer)

    async def send(self, frame: bytes) -> None:
        """Send a frame; waits while the kernel is busy with earlier ones.

        Raises:
            ConnectionError: the kernel has ended.
        """
        self._writer.write(frame)
        await self._writer.drain()

    async def frames(self) -> AsyncIterator[tuple[FrameKind, bytes]]:
        """What the kernel sends, until it ends. For one reader."""
        reader = FrameReader()
        while True:
            try:
                data = await self._reader.read(_READ_BYTES)
                if not data:
                    return
                for frame in reader.feed(data):
                    yield frame
            except ConnectionError:
                return
            except BadFrame:
                self.close()  # nobody could understand it any more
                return

    def close(self) -> None:
        """End it at once; safe to call twice."""
        self._writer.close()
        self.process.close()
