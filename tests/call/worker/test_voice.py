"""The partner's packets."""

import itertools
from dataclasses import dataclass, field

from motesklar.call.forwarding.voice import Voice
from motesklar.call.rtp.packet import RtpPacket
from motesklar.call.worker.voice import PACKET_TICKS, SILENCE, SILENCE_EVERY, Speaker


@dataclass
class Spoken:
    """What was sent, with the beat at which it was."""

    beat: int = 0
    sent: list[tuple[int, RtpPacket]] = field(default_factory=list)

    def take(self, packet: bytes) -> None:
        self.sent.append((self.beat, RtpPacket(packet)))

    def run(self, speaker: Speaker, beats: int) -> None:
        for _ in range(beats):
            speaker.step()
            self.beat += 1

    def assert_on_time(self) -> None:
        """Timestamps advance as time does, whatever was left out between."""
        beat, first = self.sent[0]
        for at, packet in self.sent:
            passed = (packet.timestamp - first.timestamp) & 0xFFFFFFFF
            assert passed == (at - beat) * PACKET_TICKS


def test_a_clip_is_sent_packet_by_packet_and_silence_seldom_around_it() -> None:
    spoken = Spoken()
    speaker = Speaker(Voice(spoken.take))
    spoken.run(speaker, 45)
    speaker.say([bytes([number]) * 10 for number in range(5)])
    spoken.run(speaker, 45)
    payloads = [bytes(packet.payload) for _, packet in spoken.sent]
    words = [payload for payload in payloads if payload != SILENCE]
    assert words == [bytes([number]) * 10 for number in range(5)]
    assert payloads.count(SILENCE) <= 2 * (45 // SILENCE_EVERY + 1)
    first_word = payloads.index(words[0])
    beats = [at for at, _ in spoken.sent[first_word : first_word + 5]]
    assert beats == [45, 46, 47, 48, 49], "at once, and without a gap"
    spoken.assert_on_time()
    numbers = [packet.sequence_number for _, packet in spoken.sent]
    assert all((b - a) & 0xFFFF == 1 for a, b in itertools.pairwise(numbers))


def test_a_new_clip_ends_the_one_before() -> None:
    spoken = Spoken()
    speaker = Speaker(Voice(spoken.take))
    speaker.say([b"old words"] * 10)
    spoken.run(speaker, 3)
    speaker.say([b"new words"] * 2)
    spoken.run(speaker, 4)
    payloads = [bytes(packet.payload) for _, packet in spoken.sent]
    assert payloads[:5] == [b"old words"] * 3 + [b"new words"] * 2
    spoken.assert_on_time()
