"""`python -m motesklar.call.worker LINK PARENT`: a call worker, started by the server alone.

LINK is the number of the inherited socket to the server, PARENT the server's process id.
"""

import asyncio
import gc
import logging
import signal
import socket
import sys
from pathlib import Path

from motesklar.call.media.port import MediaPort
from motesklar.call.worker import wire
from motesklar.call.worker.link import Link
from motesklar.call.worker.process import Worker
from motesklar.call.worker.voices import Voices
from motesklar.errors import MotesklarError
from motesklar.i18n import load_languages
from motesklar.kernels.after_fork import die_with_parent

log = logging.getLogger("motesklar.call")


class LinkHandler(logging.Handler):
    """Hands what is logged here to the server.

    Args:
        link: to the server.
    """

    def __init__(self, link: Link[wire.AnyOrder]) -> None:
        super().__init__()
        self._link = link

    def emit(self, record: logging.LogRecord) -> None:
        """Send a line, with its traceback if there is one."""
        if record.name != "motesklar.call.link":  # a fault in sending can't be sent
            self._link.send(
                wire.Logged(level=record.levelno, name=record.name, message=self.format(record))
            )


async def work(end: socket.socket) -> None:
    """Serve the server at the other end of `end` until it says stop, or is gone."""
    link = await Link.open(end, wire.ORDERS)
    logging.basicConfig(level=logging.INFO, format="%(message)s", handlers=[LinkHandler(link)])
    try:
        configuration = await link.receive()
        if not isinstance(configuration, wire.Configure):
            return  # the server has stopped already
        await _work(link, configuration)
    finally:
        await link.close()


async def _work(link: Link[wire.AnyOrder], configuration: wire.Configure) -> None:
    folders = [Path(folder) for folder in configuration.locale_folders]
    languages = load_languages(configuration.languages, folders, configuration.languages[0])
    try:
        port = await MediaPort.open(
            configuration.addresses,
            configuration.port,
            loopback=configuration.loopback,
            public_address=configuration.public_address,
        )
    except MotesklarError as error:
        link.send(wire.CannotStart(problem=f"{error} {error.next_step}"))
        return
    voices = Voices(languages, configuration.partner_name)
    worker = Worker(link, port, configuration=configuration, languages=languages, voices=voices)
    link.send(wire.Started(addresses=list(port.addresses), port=port.port))
    # what is loaded by now stays: a full collection is then never more than a few milliseconds
    gc.collect()
    gc.freeze()
    try:
        await worker.run()
    finally:
        await port.close()


def main() -> None:
    """Run one worker."""
    descriptor, parent = int(sys.argv[1]), int(sys.argv[2])
    die_with_parent(parent)
    # the server alone says when to stop, so that people are told first
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asyncio.run(work(socket.socket(fileno=descriptor)))


if __name__ == "__main__":
    main()
