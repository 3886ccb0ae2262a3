"""What the workshop's benchmark makes of what leaders see."""

import asyncio
import json

from benchmarks.workshop import Hall


class Told:
    """A socket that has told everything."""

    def __init__(self, *boards: dict[str, int]) -> None:
        self.left = [
            json.dumps({"participants": [{"id": i, "steps_done": n} for i, n in board.items()]})
            for board in boards
        ]

    async def read_message(self) -> str | None:
        return self.left.pop(0) if self.left else None


def test_each_step_is_seen_once_by_each_leader_also_when_two_come_together() -> None:
    hall = Hall("w-1", "CODE", "m", ["a", "b"])
    hall.sent = {("p-1", 1): 0.0, ("p-1", 2): 0.0, ("p-2", 1): 0.0}
    first = Told({"p-1": 0, "p-2": 0}, {"p-1": 1, "p-2": 0}, {"p-1": 2, "p-2": 1})
    second = Told({"p-1": 2, "p-2": 0}, {"p-1": 2, "p-2": 0})
    for socket in (first, second):
        asyncio.run(hall.watch(socket))  # type: ignore[arg-type]
    assert len(hall.seen) == 3 + 2
