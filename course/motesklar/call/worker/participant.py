"""Somebody in a room, over all the connections they come with."""

from dataclasses import dataclass

from motesklar.call.messages import Member, State, View
from motesklar.call.worker.seat import Seat
from motesklar.call.worker.wire import Enter

#: A lost connection is mostly back within seconds; so long the others go on seeing the name.
SHOWN_AWAY_SECONDS = 10.0

#: Sends nothing.
SILENT = State(microphone=False, camera=False, screen=False, hand=False, hall=False)
CHOOSE_FOR_ME = View(pinned=None, videos=[])


@dataclass
class Participant:
    """One person in one room.

    Args:
        id: the member id.
        name: as the others see it.
        leader: may mute others and end the room.
        state: what they send, as their page told it last.
        view: whom they want to see.
        seat: their connection, while there is one.
        left_at: when it was lost.
        shown: whether the others see them in the room.
    """

    id: str
    name: str
    leader: bool
    state: State = SILENT
    view: View = CHOOSE_FOR_ME
    seat: Seat | None = None
    left_at: float = 0.0
    shown: bool = True

    def come(self, order: Enter, seat: Seat) -> None:
        """Take a seat; the hand stays up if it was."""
        self.name, self.leader = order.name, order.leader
        self.seat, self.shown = seat, True
        self.state = State(
            microphone=order.join.microphone,
            camera=order.join.camera,
            screen=False,
            hand=self.state.hand,
            hall=order.join.hall,
        )

    def go(self, now: float) -> None:
        """The connection is gone, and with it all that was sent."""
        self.seat, self.left_at = None, now
        self.state = SILENT.model_copy(update={"hand": self.state.hand})

    def away_for(self, now: float) -> float:
        """How long the connection has been gone."""
        return 0.0 if self.seat is not None else now - self.left_at

    def as_member(self) -> Member:
        """As the others see them."""
        sent = self.state.model_dump(exclude={"type"})
        return Member(id=self.id, name=self.name, leader=self.leader, **sent)
