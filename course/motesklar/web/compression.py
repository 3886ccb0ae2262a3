"""Compresses what is the same for everybody: once for each encoding, and not in the event loop."""

import asyncio
import gzip
from collections import OrderedDict
from collections.abc import Callable

import brotli

#: Most of all files of the course; the one unused longest is compressed again when asked for.
FILES_MAX = 300
#: Slower ones gain a few per cent, and the largest file would take seconds.
_BROTLI_QUALITY = 9
_GZIP_LEVEL = 9

COMPRESSIBLE = ("text/", "application/json", "application/javascript", "image/svg+xml")


def chosen_encoding(accepted: str) -> str | None:
    """The best of ours that an Accept-Encoding header names (RFC 9110 12.5.3), or None."""
    weights: dict[str, float] = {}
    for part in accepted.lower().split(","):
        name, _, parameter = part.partition(";")
        try:
            weights[name.strip()] = float(parameter.partition("=")[2] or 1)
        except ValueError:
            continue
    for encoding in ("br", "gzip"):
        if weights.get(encoding, weights.get("*", 0)) > 0:
            return encoding
    return None


class CompressionCache:
    """Compressed contents by key and encoding."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str | None], asyncio.Task[bytes]] = OrderedDict()

    async def get(self, key: str, read: Callable[[], bytes], encoding: str | None) -> bytes:
        """What `read` gives, in that encoding; called twice at once, it compresses once.

        Cancelling it leaves the work to the others who wait for it. `key` stands for this very
        content. Nothing of it may come from a request unchecked: a stranger could have the same
        file compressed and kept under many names.
        """
        at = (key, encoding)
        if at not in self._kept:
            self._kept[at] = asyncio.create_task(asyncio.to_thread(_compressed, read, encoding))
            while len(self._kept) > FILES_MAX:
                self._kept.popitem(last=False)
        self._kept.move_to_end(at)
        try:
            return await asyncio.shield(self._kept[at])
        except OSError:  # it can't be read now; the next one who asks tries again
            self._kept.pop(at, None)
            raise


def _compressed(read: Callable[[], bytes], encoding: str | None) -> bytes:
    content = read()
    if encoding is None:
        return content
    if encoding == "br":
        compressed: bytes = brotli.compress(content, quality=_BROTLI_QUALITY)
        return compressed
    return gzip.compress(content, _GZIP_LEVEL, mtime=0)
