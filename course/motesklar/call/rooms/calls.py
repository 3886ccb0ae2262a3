"""What the rooms need of the running calls."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol


class PersonNow(Protocol):
    """Somebody who is in a room's call now."""

    @property
    def person_id(self) -> str:
        """Who."""


class RoomCalls(Protocol):
    """The calls of small rooms; an id that no call has is passed over by all of these."""

    def rooms_now(self) -> Mapping[str, Sequence[PersonNow]]:
        """Room id to those who are in its call."""

    def announce(self, room_id: str, name: str, text: str) -> None:
        """Show a message of the leader called `name` to everybody in the room."""

    def end_room(self, room_id: str) -> None:
        """End the room for everybody; nobody comes back."""

    def mute(self, room_id: str, person_id: str, by_name: str) -> None:
        """Turn off somebody's microphone, and say who did it."""

    def remove(self, room_id: str, person_id: str) -> None:
        """Have somebody leave the room; they may have another one now."""

    def confirm(self, person_id: str, module: str, task: str) -> None:
        """Count a task of the practice call as done, in the way "leader"."""

    def on_room_over(self, listener: Callable[[str], None]) -> None:
        """Call `listener` with the room's id when its leader has ended it from inside."""
