"""What is written in a room: the lines in the making, and the last finished ones. Pure."""

from collections import deque

from motesklar.call.messages import Line

#: Who comes later reads this much of what was written before.
LINES_KEPT = 200
CHARACTERS_KEPT = 40_000


class Chat:
    """The lines of one room. Nothing of it is ever stored."""

    def __init__(self) -> None:
        self._lines: deque[Line] = deque()
        self._characters = 0
        self._unfinished: dict[str, Line] = {}

    @property
    def lines(self) -> list[Line]:
        """What is finished, oldest first."""
        return list(self._lines)

    @property
    def unfinished(self) -> list[Line]:
        """What is being written now."""
        return list(self._unfinished.values())

    def write(self, line: Line) -> bool:
        """Take a line as far as it is written; True when that has finished it.

        A line with nothing in it takes back what was being written.
        """
        finished = line.text.endswith("\n") and bool(line.text.strip())
        if finished:
            self._keep(line)
        if finished or not line.text.strip():
            self._unfinished.pop(line.member, None)
        else:
            self._unfinished[line.member] = line
        return finished

    def drop(self, member: str) -> Line | None:
        """Take back what a member who left was writing; the empty line to show, if any."""
        line = self._unfinished.pop(member, None)
        return None if line is None else line.model_copy(update={"text": ""})

    def _keep(self, line: Line) -> None:
        self._lines.append(line)
        self._characters += len(line.text)
        while len(self._lines) > LINES_KEPT or self._characters > CHARACTERS_KEPT:
            self._characters -= len(self._lines.popleft().text)
