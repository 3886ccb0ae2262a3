"""What calls ask of the small rooms: who may enter, and that somebody writes down who was there."""

from datetime import datetime
from typing import Protocol


class RoomPassLike(Protocol):
    """What lets a person into a room."""

    @property
    def title(self) -> str:
        """What the room is called."""

    @property
    def leader(self) -> bool:
        """Whether they may mute others and end the room."""


class Access(Protocol):
    """Who may enter which room; `rooms.passes.RoomAccess` is one."""

    def access(
        self, room_id: str, person_id: str, language: str | None = None
    ) -> RoomPassLike | None:
        """The person's pass; None when there is no such room, or it is none of theirs."""


class AttendanceLike(Protocol):
    """Who was in which room, and when; `rooms.attendance.Attendance` is one."""

    def entered(self, person_id: str, room_id: str, at: datetime | None = None) -> None:
        """A person has come into a room."""

    def left(self, person_id: str, room_id: str, at: datetime | None = None) -> None:
        """A person has left a room, or their connection was lost."""


class NoRooms:
    """There are no rooms but those for practice."""

    def access(self, room_id: str, person_id: str, language: str | None = None) -> None:
        """Nobody may enter."""


class NoAttendance:
    """Nobody writes down who was where."""

    def entered(self, person_id: str, room_id: str, at: datetime | None = None) -> None:
        """Nothing."""

    def left(self, person_id: str, room_id: str, at: datetime | None = None) -> None:
        """Nothing."""
