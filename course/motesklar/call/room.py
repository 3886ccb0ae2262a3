"""A room: one learner alone with the partner. Joins the pure parts to a connection and to time."""

import asyncio
import enum
import logging
import time
from collections.abc import Callable, Mapping
from typing import Protocol

from motesklar.call.clips import Clip
from motesklar.call.evidence import Evidence, Totals
from motesklar.call.messages import (
    EvidenceMessage,
    Offer,
    PartnerMessage,
    PartnerText,
    ServerMessage,
)
from motesklar.call.partner import Line, Partner, PartnerState, Progress
from motesklar.call.rtc import PeerEvents
from motesklar.errors import MotesklarError, Unavailable
from motesklar.i18n import N_

log = logging.getLogger("motesklar.call")

#: The partner's sense of time.
TICK_SECONDS = 0.1
#: Sound and picture need a second or two; after this long they are taken to be blocked.
CONNECT_SECONDS = 12.0


class Ending(enum.Enum):
    """Why a room has ended."""

    LEFT = "left"  # the person hung up, or the page went away
    REPLACED = "replaced"  # the same person has come in from another window or device
    LOST = "lost"  # sound and picture no longer get through; the page comes back by itself
    TIME_UP = "time_up"  # the call has lasted as long as calls may
    CLOSING = "closing"  # the server is stopping


class MediaBlocked(Unavailable):
    """The websocket works, but no sound or picture gets through. The call goes on in writing."""

    code = "media_blocked"
    message = N_("Sound and picture don't get through on this network.")
    next_step = N_(
        "You can go on by writing. Try another network later, or ask your IT support for help."
    )


class Listener(Protocol):
    """The learner's page, as the room sees it."""

    def tell(self, message: ServerMessage) -> None:
        """Send a message; never waits."""

    def tell_error(self, error: MotesklarError) -> None:
        """Say what is wrong and what to do, in the person's language."""

    def room_ended(self, ending: Ending) -> None:
        """The room is gone."""


class PeerLike(Protocol):
    """What a room needs of `rtc.Peer`."""

    async def create_offer(self) -> str:
        """Open the sockets and say where we are."""

    async def accept_answer(self, sdp: str) -> None:
        """Connect to the browser that gave this answer."""

    def play(self, clip: Clip) -> None:
        """Say this now."""

    def stop_pictures(self) -> None:
        """Decode no more pictures."""

    async def close(self) -> None:
        """End it."""


class Room:
    """One call from its first offer to its end.

    Args:
        room_id: opaque, for the log and the page.
        voice: what the partner says, spoken.
        captions: the same sentences in the person's language.
        evidence: where what arrives is added up.
        listener: the person's page.
        make_peer: makes the connection.
        progress: how far an earlier connection of the same page had come.
        seconds_max: how long the call may last.
        on_end: called once when the room has ended, before its connection is torn down.
    """

    def __init__(
        self,
        room_id: str,
        *,
        voice: Mapping[Line, Clip],
        captions: Mapping[Line, str],
        evidence: Evidence,
        listener: Listener,
        make_peer: Callable[[PeerEvents], PeerLike],
        progress: Progress,
        seconds_max: float,
        on_end: Callable[["Room", Ending], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.id = room_id
        self.evidence = evidence
        self.progress = progress
        self._voice = voice
        self._captions = captions
        self._listener = listener
        self._seconds_max = seconds_max
        self._on_end = on_end
        self._clock = clock
        self._began = clock()
        self._connected = False
        self._blocked = False
        self._ending: Ending | None = None
        self._closing: asyncio.Task[None] | None = None
        self._ticker: asyncio.Task[None] | None = None
        self._partner = Partner(
            {line: clip.seconds for line, clip in voice.items()}, self._partner_does, progress
        )
        self._peer = make_peer(
            PeerEvents(self._on_connected, self._on_lost, self._on_sound, self._on_picture)
        )

    async def start(self) -> None:
        """Make the offer and let time run; does nothing when the room has already ended."""
        self.evidence.new_connection()
        self.tell_evidence(self.evidence.totals)
        sdp = await self._peer.create_offer()
        if self._ending is not None:
            return  # it ended while the sockets were opened
        self._listener.tell(Offer(sdp=sdp))
        self._ticker = asyncio.create_task(self._run())

    async def answer(self, sdp: str) -> None:
        """The browser's answer has come.

        Raises:
            BadRequest: it can't be used.
        """
        if self._ending is None:
            await self._peer.accept_answer(sdp)

    def write(self, line: str) -> None:
        """The person has typed; works without sound and picture."""
        self._meet()
        self.evidence.read(line)
        self._partner.read(self._clock(), line)

    def tell_evidence(self, totals: Totals) -> None:
        """Show the person what has arrived."""
        self._listener.tell(
            EvidenceMessage(
                sound_seconds=totals.sound_seconds,
                picture_seconds=totals.picture_seconds,
                text_characters=totals.text_characters,
            )
        )

    def end(self, ending: Ending) -> None:
        """End the room and tell the page at once; the first ending counts."""
        if self._ending is not None:
            return
        log.info("room %s: %s", self.id, ending.value)
        self._ending = ending
        self._closing = asyncio.create_task(self._close())
        self._on_end(self, ending)
        self._listener.room_ended(ending)

    async def close(self, ending: Ending) -> None:
        """End the room and wait until its connection is gone; safe to call twice at once."""
        self.end(ending)
        assert self._closing is not None
        await asyncio.shield(self._closing)

    async def _close(self) -> None:
        if self._ticker is not None:
            self._ticker.cancel()
            await asyncio.wait([self._ticker])
        await self._peer.close()

    async def _run(self) -> None:
        try:
            while True:
                await asyncio.sleep(TICK_SECONDS)
                self._tick(self._clock())
        except Exception:
            # a fault of ours must not leave a call that hangs for ever
            log.exception("room %s failed", self.id)
            self.end(Ending.LOST)

    def _tick(self, now: float) -> None:
        if now - self._began >= self._seconds_max:
            self.end(Ending.TIME_UP)
            return
        if not self._connected and now - self._began >= CONNECT_SECONDS:
            self._go_on_in_writing()
        self._partner.tick(now)

    def _go_on_in_writing(self) -> None:
        if not self._blocked:
            self._blocked = True
            self._listener.tell_error(MediaBlocked())
            self._meet()

    def _meet(self) -> None:
        if self._partner.state is PartnerState.WAITING:
            self._partner.start(self._clock())

    def _on_connected(self) -> None:
        self._connected = True
        if not self.evidence.wants_pictures:
            self._peer.stop_pictures()
        self._meet()

    def _on_lost(self) -> None:
        if self._connected:
            self.end(Ending.LOST)
        else:
            self._go_on_in_writing()

    def _on_sound(self, loudness: float, seconds: float) -> None:
        if self.evidence.hear(loudness, seconds):
            self._partner.hear(self._clock(), seconds)

    def _on_picture(self, sample: bytes) -> None:
        self.evidence.see(sample, self._clock())
        self._partner.see(self.evidence.totals.picture_seconds)
        if not self.evidence.wants_pictures:
            self._peer.stop_pictures()

    def _partner_does(self, state: PartnerState, line: Line | None, written: bool) -> None:
        caption = "" if line is None else self._captions[line]
        if line is not None:
            self._peer.play(self._voice[line])
        self._listener.tell(
            PartnerMessage.model_validate({"state": state.value, "caption": caption})
        )
        if written:
            self._listener.tell(PartnerText(text=caption))
