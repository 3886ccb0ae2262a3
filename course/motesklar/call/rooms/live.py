"""The rooms' websockets: the leader's panel, and a participant's own room."""

from collections.abc import Callable

from motesklar.call.rooms.layout import Who
from motesklar.call.rooms.manager import RoomsNow
from motesklar.call.rooms.messages import (
    MyRoom,
    MyRoomMessage,
    PersonMessage,
    RoomMessage,
    RoomsMessage,
)
from motesklar.call.rooms.passes import room_title
from motesklar.errors import NotFound
from motesklar.i18n import Translation
from motesklar.web.access import Access
from motesklar.workshops.board.messages import step_title
from motesklar.workshops.live_socket import LiveSocket, end_all
from motesklar.workshops.sheet.messages import FollowMessage, follow_message


class LiveRoomsSocket(LiveSocket):
    """`WS /api/workshops/<id>/rooms/live`: one leader's panel of a workshop."""

    access = Access.LEADER

    def prepare(self) -> None:
        """Refuse also those who lead other workshops."""
        super().prepare()
        self.services.workshops.get(self.path_args[0], self.person)

    def follow(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Hear of rooms and calls, and of the workshop: people join it."""
        workshop_id = self.path_args[0]

        def on_board() -> None:
            self.services.rooms.refresh(workshop_id)
            listener()

        return end_all(
            self.services.rooms.subscribe(workshop_id, listener),
            self.services.workshops.subscribe(workshop_id, on_board),
        )

    def refresh(self) -> None:
        """Have the layout read anew."""
        self.services.rooms.refresh(self.path_args[0])

    def read(self) -> tuple[str, bool]:
        """All rooms; they are the last when the workshop is over."""
        now = self.services.rooms.now(self.path_args[0])
        return rooms_message(now, self.translation).model_dump_json(), now.ended


class MyRoomSocket(LiveSocket):
    """`WS /api/my-room`: where somebody in a workshop belongs; nobody else gets an upgrade."""

    access = Access.SIGNED_IN

    def prepare(self) -> None:
        """Refuse who is in no workshop: there is nothing that could open."""
        super().prepare()
        if self._workshop() is None:
            raise NotFound

    def follow(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Hear of the workshop's rooms, and of where everybody is to go."""
        workshop_id = self._workshop() or ""
        return end_all(
            self.services.rooms.subscribe(workshop_id, listener),
            self.services.workshops.running.subscribe(workshop_id, listener),
        )

    def read(self) -> tuple[str, bool]:
        """Their room and place; the last is told when they are in no workshop any more."""
        workshop_id = self._workshop()
        message = MyRoomMessage(room=None, follow=None)
        if workshop_id is not None:
            message = MyRoomMessage(room=self._room(workshop_id), follow=self._follow(workshop_id))
        return message.model_dump_json(), workshop_id is None

    def _follow(self, workshop_id: str) -> FollowMessage:
        state = self.services.workshops.running.state(workshop_id)
        module, step = state.place or ("", "")
        title = step_title(self.services.course, module, step, self.language)
        return follow_message(state, title)

    def _workshop(self) -> str | None:
        membership = self.services.workshops.membership(self.person.person_id)
        return None if membership is None else str(membership["id"])

    def _room(self, workshop_id: str) -> MyRoom | None:
        layout = self.services.rooms.layout(workshop_id)
        room = layout.room_of.get(self.person.person_id)
        if room is None:
            return None
        return MyRoom(
            id=room.id,
            title=room_title(self.translation, room.number, room.table_number),
            others=layout.names_beside(self.person.person_id, room),
        )


def rooms_message(now: RoomsNow, translation: Translation) -> RoomsMessage:
    """The rooms as they travel."""
    return RoomsMessage(
        ended=now.ended,
        rooms=[
            RoomMessage(
                id=room.id,
                title=room_title(translation, room.number, room.table_number),
                visitors=now.visitors.get(room.id, []),
            )
            for room in now.layout.rooms
        ],
        people=[_person(who, now) for who in now.layout.people.values()],
    )


def _person(who: Who, now: RoomsNow) -> PersonMessage:
    room = now.layout.room_of.get(who.person_id)
    attended = now.attended.get(who.person_id)
    return PersonMessage(
        id=who.person_id,
        name=who.name,
        department=who.department,
        table=who.table_number,
        room=room.id if room else None,
        here=now.here.get(who.person_id),
        minutes=attended.minutes if attended else 0,
    )
