"""A room: who is in it, what they write, and what its leader does. Joins forwarding to pages.

Practice is a room for one with a companion (`practice`) that hears, sees and reads what comes. A
mirror is a room for one whose own packets are sent back to them, so that their line is measured.
"""

import logging
from collections.abc import Callable

from motesklar.call import messages
from motesklar.call.errors import EndedByLeader, NotLeader, Removed, Replaced, TimeUp
from motesklar.call.forwarding.forwarding import Forwarding
from motesklar.call.forwarding.mirror import Mirror
from motesklar.call.media.shape import MIRROR, PRACTICE, ROOM, Track
from motesklar.call.messages import COME_BACK, OVER, AnyClientMessage, Line, ServerMessage
from motesklar.call.rtp.bandwidth import limits_for
from motesklar.call.worker.chat import Chat
from motesklar.call.worker.participant import SHOWN_AWAY_SECONDS, Participant
from motesklar.call.worker.practice import Practice
from motesklar.call.worker.seat import Host, Seat, SeatEvents
from motesklar.call.worker.wire import REMEMBER_SECONDS, Enter, RoomOver
from motesklar.errors import BadRequest, MotesklarError

log = logging.getLogger("motesklar.call")

#: The list of members is sent at most this often.
MEMBERS_EVERY_SECONDS = 0.2
#: What the server measures of a connection is told this often.
QUALITY_EVERY_SECONDS = 5.0
#: And to a mirror, in which little else happens and which lasts for seconds.
MIRROR_QUALITY_SECONDS = 1.0

_SHAPES = {"practice": PRACTICE, "room": ROOM, "mirror": MIRROR}


class Room:
    """One room in this worker.

    Args:
        order: the first to come in; says what kind of room it is.
        host: the process.
        practise: makes the companion of a practice room.
    """

    def __init__(self, order: Enter, host: Host, practise: Callable[[Enter], Practice]) -> None:
        self.key = order.room
        self.shown = order.shown_room
        self.kind = order.kind
        self._host = host
        self._shape = _SHAPES[order.kind]
        self._chat = Chat()
        self._participants: dict[str, Participant] = {}
        self._limits = limits_for(0)
        self._typed: dict[str, Line] = {}
        self._members_changed = False
        self._members_told_at = 0.0
        mirrors = order.kind == "mirror"
        self._quality_every = MIRROR_QUALITY_SECONDS if mirrors else QUALITY_EVERY_SECONDS
        self._quality_told_at = host.clock()
        self._forwarding = Forwarding(
            clock=host.clock, tell=self._on_forwarding, selection=Mirror() if mirrors else None
        )
        self._practice = practise(order) if order.kind == "practice" else None
        if self._practice is not None:
            self._practice.attend(self._forwarding, self._partner_writes)

    @property
    def people(self) -> int:
        """How many are connected."""
        return len(self._seats())

    # -- coming and going

    def enter(self, order: Enter) -> Seat:
        """Somebody comes in; the same person's earlier page is told that this one goes on."""
        participant = self._participants.setdefault(
            order.member, Participant(order.member, order.name, order.leader)
        )
        if participant.seat is not None:
            participant.seat.end(Replaced())
        seat = Seat(
            order,
            self._shape,
            SeatEvents(
                ready=self._on_ready,
                connected=self._on_connected,
                blocked=self._on_blocked,
                closed=self._on_closed,
                rtp=self._forwarding.rtp if self._practice is None else self._on_rtp,
                rtcp=self._forwarding.rtcp,
            ),
            self._host,
        )
        participant.come(order, seat)
        log.info("room %s: visit %s comes in", self.shown, seat.visit)
        self._members_changed = True
        seat.tell(self._joined(order))
        for line in self._chat.unfinished:
            seat.tell(line)
        if self._practice is not None:
            self._practice.enter(order, seat)
        seat.open()
        return seat

    def end(self) -> None:
        """The leader has ended it for everybody."""
        for seat in self._seats():
            self._dismiss(seat, EndedByLeader())

    def close(self) -> None:
        """The worker stops: pages come back, to wherever there is place."""
        for seat in self._seats():
            seat.end(code=COME_BACK)
        if self._practice is not None:
            self._practice.report()

    # -- what pages and leaders say

    def say(self, seat: Seat, message: AnyClientMessage) -> None:
        """A page has sent something.

        Raises:
            BadRequest: it can't come now, or in this kind of room.
            NotLeader: only a leader may.
        """
        participant = self._participants[seat.member]
        match message:
            case messages.Answer():
                seat.answer(message.sdp)
            case messages.Text():
                self._write(participant, message.text)
            case messages.State():
                self._set_state(participant, message)
            case messages.View():
                participant.view = message
                self._apply_view(participant)
            case messages.Leave():
                self._dismiss(seat)
            case messages.Mute() | messages.End():
                self._lead(participant, message)
            case messages.Ask() | messages.Heard() if self._practice is not None:
                self._practice.say(message)
            case _:
                raise BadRequest

    def announce(self, name: str, text: str) -> None:
        """Tell everybody what a leader has to say."""
        self._tell_all(messages.Notice(name=name, text=text))

    def mute(self, member: str, name: str) -> None:
        """Turn a member's microphone off; somebody who has just left needs no muting."""
        participant = self._participants.get(member)
        if participant is not None and participant.seat is not None:
            muted = participant.state.model_copy(update={"microphone": False})
            self._set_state(participant, muted)
            participant.seat.tell(messages.Muted(name=name))

    def remove(self, member: str) -> None:
        """A member belongs elsewhere now."""
        participant = self._participants.get(member)
        if participant is None:
            return
        if participant.seat is not None:
            self._dismiss(participant.seat, Removed())
        else:
            del self._participants[member]
            self._members_changed = True

    def _dismiss(self, seat: Seat, error: MotesklarError | None = None) -> None:
        """End a visit for good: the person is forgotten as a member."""
        seat.end(error, OVER)
        del self._participants[seat.member]

    def confirm(self, task: str) -> None:
        """A leader has seen that a task of the practice call is done."""
        if self._practice is not None:
            self._practice.confirm(task)

    def _lead(self, participant: Participant, order: messages.Mute | messages.End) -> None:
        if not participant.leader:
            raise NotLeader
        if isinstance(order, messages.Mute):
            self.mute(order.member, participant.name)
        else:
            self._host.report(RoomOver(room=self.key))
            self.end()

    def _write(self, participant: Participant, text: str) -> None:
        line = Line(member=participant.id, name=participant.name, text=text)
        if self._chat.write(line):
            self._typed.pop(line.member, None)
            self._tell_all(line)
        else:
            # told with the next tick, however quickly it is typed
            self._typed[line.member] = line
        if self._practice is not None:
            self._practice.read(text)

    def _partner_writes(self, text: str) -> None:
        assert self._practice is not None
        partner = self._practice.as_member()
        line = Line(member=partner.id, name=partner.name, text=f"{text}\n")
        self._chat.write(line)
        self._tell_all(line)

    def _set_state(self, participant: Participant, state: messages.State) -> None:
        if state != participant.state:
            participant.state = state
            self._apply_state(participant)
            self._members_changed = True
            if self._practice is not None:
                self._practice.set_state(state)

    # -- forwarding

    def _apply_state(self, participant: Participant) -> None:
        if participant.seat is None or not participant.seat.is_ready:
            return
        state, forwarding = participant.state, self._forwarding
        forwarding.set_sending(participant.id, Track.MICROPHONE, state.microphone)
        forwarding.set_sending(participant.id, Track.CAMERA, state.camera)
        forwarding.set_sending(participant.id, Track.SCREEN, state.screen)
        self._apply_view(participant)

    def _apply_view(self, participant: Participant) -> None:
        if participant.seat is not None and participant.seat.is_ready:
            view = participant.view
            self._forwarding.set_view(
                participant.id,
                pinned=view.pinned,
                videos=view.videos,
                count=view.count,
                hall=participant.state.hall,
            )

    def _on_ready(self, seat: Seat) -> None:
        self._forwarding.join(seat.member, seat.peer)
        self._apply_state(self._participants[seat.member])

    def _on_connected(self, seat: Seat) -> None:
        if self._practice is not None:
            self._practice.meet()

    def _on_blocked(self, seat: Seat) -> None:
        if self._practice is not None:
            self._practice.meet()

    def _on_closed(self, seat: Seat) -> None:
        participant = self._participants[seat.member]
        if seat.is_ready:
            self._forwarding.leave(seat.member)
        participant.go(self._host.clock())
        if (emptied := self._chat.drop(seat.member)) is not None:
            self._typed[seat.member] = emptied
        self._members_changed = True

    def _on_rtp(self, member: str, track: Track, packet: bytes, arrival: float) -> None:
        """In practice: nobody else is there to forward to, but reports come from forwarding."""
        assert self._practice is not None
        self._forwarding.rtp(member, track, packet, arrival)
        self._practice.rtp(track, packet, arrival)

    def _on_forwarding(self, member: str, told: messages.Slots | messages.Speaking) -> None:
        participant = self._participants.get(member)
        if participant is not None and participant.seat is not None:
            participant.seat.tell(told)

    # -- time

    def speak(self) -> None:
        """The next 20 ms of the partner's voice, if there is one."""
        if self._practice is not None:
            self._practice.speak()

    def tick(self, now: float) -> None:
        """Let time pass; call it each 100 ms."""
        self._forwarding.tick()
        for seat in self._seats():
            seat.tick(now)
        self._tell_typed()
        self._forget_the_lost(now)
        if self._practice is not None:
            self._practice.tick(now)
            if self._practice.time_is_up(now):
                for seat in self._seats():
                    self._dismiss(seat, TimeUp())
        if now - self._quality_told_at >= self._quality_every:
            self._quality_told_at = now
            self._tell_quality()
        if self._members_changed and now - self._members_told_at >= MEMBERS_EVERY_SECONDS:
            self._members_changed, self._members_told_at = False, now
            self._tell_members()
            self._tell_limits()

    def _forget_the_lost(self, now: float) -> None:
        for participant in list(self._participants.values()):
            away = participant.away_for(now)
            if away >= SHOWN_AWAY_SECONDS and participant.shown:
                participant.shown = False
                self._members_changed = True
            if away >= REMEMBER_SECONDS:
                del self._participants[participant.id]

    # -- telling

    def _seats(self) -> list[Seat]:
        return [each.seat for each in self._participants.values() if each.seat is not None]

    def _tell_all(self, message: ServerMessage, besides: Participant | None = None) -> None:
        visits = [
            each.seat.visit
            for each in self._participants.values()
            if each.seat is not None and each is not besides
        ]
        if visits:
            self._host.tell(visits, message)

    def _joined(self, order: Enter) -> messages.Joined:
        shape = self._shape
        return messages.Joined(
            room=self.shown,
            kind=self.kind,
            title=order.title,
            you=order.member,
            leader=order.leader,
            shape=messages.Shape(audio=shape.audio, video=shape.video, screen=shape.screen),
            limits=self._limits,
            ice_servers=order.ice_servers,
            lines=self._chat.lines,
        )

    def _tell_typed(self) -> None:
        for member, line in self._typed.items():
            self._tell_all(line, besides=self._participants.get(member))
        self._typed = {}

    def _tell_limits(self) -> None:
        """Many pictures are smaller ones."""
        limits = limits_for(sum(each.state.camera for each in self._participants.values()))
        if limits != self._limits:
            self._limits = limits
            self._tell_all(messages.LimitsMessage(limits=limits))

    def _tell_members(self) -> None:
        members = [each.as_member() for each in self._participants.values() if each.shown]
        if self._practice is not None:
            members.append(self._practice.as_member())
        self._tell_all(messages.Members(members=members))

    def _tell_quality(self) -> None:
        for seat in self._seats():
            if seat.is_ready:
                seat.tell(self._forwarding.quality(seat.member))
