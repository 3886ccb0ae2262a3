"""A process that is told what to do: one JSON object a line in, one out for each."""

import asyncio
import json
import sys
from typing import Any

_LINE_MAX = 1 << 22


async def obey(obeying: Any) -> None:
    """Call its coroutines by the name that `do` gives, with what else stands in the line.

    Ends with its input.
    """
    reader = asyncio.StreamReader(limit=_LINE_MAX)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        told: dict[str, Any] = json.loads(line)
        answer = await getattr(obeying, told.pop("do"))(**told)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
