"""A room's choice: who may be shown, who is worth it just now, and whom each member gets.

A meeting where all are equal. A stage or a gallery needs another choice; how packets then reach
whom they are to reach stays the same.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from motesklar.call.forwarding.slots import Choice, Recent, screen_for, videos_for, voices_for
from motesklar.call.forwarding.source import Source
from motesklar.call.media.shape import Kind, Track
from motesklar.call.rtp.bandwidth import limits_for
from motesklar.call.rtp.loudest import Loudest
from motesklar.call.rtp.packet import RtpPacket

#: How many voices are heard at once.
VOICES = 3
#: Of a packet that doesn't say how loud it is: a voice, but one that gives way to others.
_LEVEL_UNKNOWN = 50


@dataclass(frozen=True, slots=True)
class Shown:
    """Whose streams one member gets, the most important first; no more than it has places for."""

    voices: list[Source]
    screens: list[Source]
    videos: list[Source]

    @property
    def pictures(self) -> list[Source]:
        """All that takes much of a line: the screen before cameras."""
        return self.screens + self.videos


class Selection:
    """What is on in a room, and who speaks."""

    def __init__(self) -> None:
        self._loudest = Loudest[str](VOICES)
        self._recent = Recent()
        #: streams that are on, by member, in the order of being turned on
        self._on: dict[Track, dict[str, Source]] = {track: {} for track in Track}

    def turn_on(self, source: Source, now: float) -> None:
        """Let a stream be shown."""
        source.on = True
        self._on[source.track][source.member] = source
        if source.track is Track.MICROPHONE:
            self._loudest.add(source.member, now)

    def turn_off(self, source: Source, now: float) -> None:
        """Show a stream to nobody; what is missing of it is no longer wanted."""
        source.on = False
        source.gaps.forget()
        self._on[source.track].pop(source.member, None)
        if source.track is Track.MICROPHONE:
            self._loudest.remove(source.member, now)

    def forget(self, member: str) -> None:
        """A member has left, with all streams turned off."""
        self._recent.forget(member)

    @property
    def pictures(self) -> Iterable[Source]:
        """Every camera and screen that is on."""
        return (*self._on[Track.CAMERA].values(), *self._on[Track.SCREEN].values())

    @property
    def speaking(self) -> tuple[str, ...]:
        """Who speaks, loudest first."""
        return self._loudest.speaking

    def hear(self, source: Source, packet: RtpPacket) -> None:
        """Note how loud a packet of a microphone that is on says it is."""
        level = packet.audio_level
        self._loudest.hear(source.member, _LEVEL_UNKNOWN if level is None else level.level)

    def listen(self, now: float) -> bool:
        """Judge what was heard since the last time; whether anybody is to be shown anew."""
        chosen = self._loudest.chosen
        self._loudest.close_interval(now)
        settled = self._recent.spoke(self._loudest.speaking, now)
        return settled or self._loudest.chosen != chosen

    def shown_to(self, member: str, choice: Choice, places: Mapping[Kind, int]) -> Shown:
        """Whom a member gets.

        Args:
            member: never gets itself.
            choice: what it asks for.
            places: how many of each kind can be sent to it.
        """
        microphones, cameras, screens = (self._on[track] for track in Track)
        voices = voices_for(member, choice, self._loudest.chosen, places["audio"])
        videos = videos_for(member, choice, cameras, self._recent, places["video"])
        screen = screen_for(member, choice, list(screens)) if places["screen"] else None
        return Shown(
            voices=[microphones[each] for each in voices],
            screens=[] if screen is None else [screens[screen]],
            videos=[cameras[each] for each in videos],
        )

    def caps(self) -> dict[Track, int]:
        """What each kind of picture takes at best now, in bit/s."""
        limits = limits_for(len(self._on[Track.CAMERA]))
        return {Track.CAMERA: limits.bitrate, Track.SCREEN: limits.screen_bitrate}
