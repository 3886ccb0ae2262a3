"""A practice room's companion: lets the partner hear, see and read, and be heard and shown.

What arrives is decoded only while the conversation or the evidence needs it.
"""

import dataclasses
from collections.abc import Callable

from motesklar.call import messages
from motesklar.call.evidence import Evidence, Totals
from motesklar.call.evidence.budget import DecodeBudget
from motesklar.call.evidence.judgement import Sight, is_black
from motesklar.call.evidence.probes import PictureProbe, SoundProbe
from motesklar.call.forwarding.forwarding import Forwarding
from motesklar.call.media.shape import Track
from motesklar.call.partner.pace import Pace
from motesklar.call.partner.partner import Partner, PartnerSays, PartnerState, Wish
from motesklar.call.partner.progress import Progress
from motesklar.call.partner.tasks import Task
from motesklar.call.worker.seat import Host, Seat, SeatState
from motesklar.call.worker.voice import Speaker
from motesklar.call.worker.voices import Voices
from motesklar.call.worker.wire import Enter, Practised

PARTNER_ID = "m-partner"
#: What has arrived is told to the server this often while it changes.
REPORT_EVERY_SECONDS = 1.0


class Practice:
    """One person's conversation with the partner, over all their connections.

    Args:
        order: the first to come in.
        host: the process.
        voices: what the partner says, in each language.
        budget: how much the process may decode.
        seconds_max: how long the call may last.
    """

    def __init__(
        self,
        order: Enter,
        host: Host,
        *,
        voices: Voices,
        budget: DecodeBudget,
        seconds_max: float,
    ) -> None:
        self._host = host
        self._room = order.room
        self._voices = voices
        self._budget = budget
        self._seconds_max = seconds_max
        self._evidence = Evidence(Totals(**(order.totals or {})))
        self._seat: Seat | None = None
        self._client_id = ""
        self._met = self._over = False
        self._began = self._reported_at = host.clock()
        self._language = order.language
        self._partner = self._new_partner(order)
        # asked for each packet, and changes seldom
        self._needs = self._partner.needs
        self._told = self._now_is()
        self._new_probes()

    def attend(self, forwarding: Forwarding, write: Callable[[str], None]) -> None:
        """Take part in the room.

        Args:
            forwarding: the room's.
            write: puts a line of the partner's into the chat.
        """
        self._forwarding = forwarding
        self._speaker = Speaker(forwarding.add_voice(PARTNER_ID))
        self._write = write

    def as_member(self) -> messages.Member:
        """The partner, as it is shown."""
        return messages.Member(id=PARTNER_ID, name=self._voices.name, microphone=True, partner=True)

    # -- the person

    def enter(self, order: Enter, seat: Seat) -> None:
        """The person comes: the same page goes on where it was, another one begins anew."""
        now = self._host.clock()
        self._language = order.language
        if order.join.client_id != self._client_id or self._over:
            self._client_id, self._over, self._began = order.join.client_id, False, now
            self._partner = self._new_partner(order)
        self._seat, self._met = seat, False
        self._evidence.new_connection()
        self._new_probes()
        join = order.join
        self.set_state(
            messages.State(
                microphone=join.microphone,
                camera=join.camera,
                screen=False,
                hand=False,
                hall=join.hall,
            )
        )

    def meet(self) -> None:
        """They can be heard, or at least read: greet, once for each connection."""
        if self._met:
            return
        self._met = True
        if self._partner.state is PartnerState.WAITING:
            self._partner.start(self._host.clock())
        else:
            self._partner.rejoined(self._host.clock())

    def set_state(self, state: messages.State) -> None:
        """Their page says what it sends now."""
        self._partner.member_state(self._host.clock(), state)

    def read(self, text: str) -> None:
        """They have typed; works without sound and picture."""
        self.meet()
        self._evidence.read(text)
        self._partner.read(self._host.clock(), text)

    def say(self, message: messages.Ask | messages.Heard) -> None:
        """They ask for something, or their page has heard what couldn't be sent."""
        now = self._host.clock()
        if isinstance(message, messages.Ask):
            self._partner.ask(now, Wish(message.what))
        elif self._seat is not None and self._seat.state is SeatState.BLOCKED:
            self._partner.heard_locally(now, message.seconds)

    def confirm(self, task: str) -> None:
        """A leader has seen that this task is done; one that there isn't is passed over."""
        if task in set(Task):
            self._partner.confirmed(self._host.clock(), Task(task))

    def rtp(self, track: Track, packet: bytes, arrival: float) -> None:
        """A packet has come."""
        match track:
            case Track.MICROPHONE:
                self._hear(packet, arrival)
            case Track.CAMERA:
                self._see(packet, arrival)
            case Track.SCREEN:
                self._see_screen(packet, arrival)

    def _hear(self, packet: bytes, now: float) -> None:
        self._partner.microphone_arrives()
        if self._evidence.wants_sound or self._needs.sound:
            heard = self._sound.rtp(packet)
            if heard is not None and self._evidence.hear(*heard):
                self._partner.hear(now, heard[1])

    def _see(self, packet: bytes, now: float) -> None:
        if self._wants_camera():
            sample = self._camera.rtp(packet, now)
            if sample is not None and (sight := self._evidence.see(sample, now)) is not None:
                self._partner.see(now, sight)

    def _see_screen(self, packet: bytes, now: float) -> None:
        if self._needs.screen:
            sample = self._screen.rtp(packet, now)
            if sample is not None and not is_black(sample):
                self._partner.see(now, Sight.LIVING, screen=True)

    def _wants_camera(self) -> bool:
        needs = self._needs
        return needs.camera or needs.motion or self._evidence.wants_pictures

    def _new_probes(self) -> None:
        self._sound = SoundProbe()
        self._camera = PictureProbe(self._budget)
        self._screen = PictureProbe(self._budget)

    # -- time

    def speak(self) -> None:
        """The next 20 ms of the voice."""
        if self._seat is not None and self._seat.state is SeatState.CONNECTED:
            self._speaker.step()

    def tick(self, now: float) -> None:
        """Let time pass; call it each 100 ms."""
        if self._seat is None or self._seat.state is SeatState.CLOSED:
            return
        self._partner.tick(now)
        self._look(self._seat, now)
        if now - self._reported_at >= REPORT_EVERY_SECONDS:
            self.report()

    def time_is_up(self, now: float) -> bool:
        """Whether the call has lasted as long as it may; then the next one begins anew."""
        self._over = now - self._began >= self._seconds_max
        return self._over

    def report(self) -> None:
        """Tell the server what has arrived, if that is news."""
        self._reported_at = self._host.clock()
        if (now_is := self._now_is()) != self._told:
            self._told = now_is
            totals, progress = now_is
            self._host.report(
                Practised(room=self._room, totals=dataclasses.asdict(totals), progress=progress)
            )

    def _look(self, seat: Seat, now: float) -> None:
        """See to it that pictures come as they are needed; a decoder begins with a whole one."""
        needs = self._needs = self._partner.needs
        self._camera.motion = needs.motion
        if self._wants_camera() and self._camera.wants_keyframe(now):
            self._forwarding.request_keyframe(seat.member, Track.CAMERA)
        if needs.screen and self._screen.wants_keyframe(now):
            self._forwarding.request_keyframe(seat.member, Track.SCREEN)

    def _now_is(self) -> tuple[Totals, dict[str, object]]:
        return self._evidence.totals, self._partner.progress.to_blob()

    # -- the partner

    def _new_partner(self, order: Enter) -> Partner:
        progress = Progress.from_blob(order.progress or {})
        progress.pace = Pace(order.join.pace)
        seconds = self._voices.seconds(order.language)
        return Partner(seconds, self._partner_says, progress, led=order.led)

    def _partner_says(self, says: PartnerSays) -> None:
        self._evidence.record(says.done)
        if self._seat is None:
            return
        caption = self._voices.written(self._language, says.caption)
        if says.line_name:
            self._speaker.say(self._voices.spoken(self._language, says.line_name))
        if says.repaired:
            self._seat.tell(messages.Repaired())
        self._seat.tell(
            messages.PartnerMessage.model_validate(
                {
                    "state": says.state.value,
                    "line": says.line_name,
                    "caption": caption,
                    "task": says.task,
                    "ways": list(says.ways),
                    "done": dict(says.done),
                }
            )
        )
        if says.written is not None:
            self._write(self._voices.written(self._language, says.written))
        if says.failure is not None:
            self._seat.tell(messages.Failure.model_validate({"kind": says.failure}))
