"""What is seen and heard in real Opus and VP8, and that anything else is taken calmly."""

import math
import random
from collections.abc import Iterable, Sequence
from statistics import mean, median
from typing import Any
from unittest.mock import Mock

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from motesklar.call.evidence import Evidence, Sight
from motesklar.call.evidence.budget import DecodeBudget
from motesklar.call.evidence.judgement import is_black, is_sound, judge
from motesklar.call.evidence.probes import (
    KEYFRAME_SECONDS,
    PICTURE_POINTS_MAX,
    SOUND_PACKETS,
    PictureProbe,
    SoundProbe,
)
from motesklar.call.partner.clips import load_clips
from motesklar.call.rtp.packet import OPUS, VP8, build
from tests.call.evidence.media import (
    FRAMES_PER_SECOND,
    SOUND_SECONDS,
    opus,
    picture_packets,
    sound_packets,
    vp8,
)

LOUD, QUIET = 0.1, 0.0005
#: What one measured packet stands for.
GROUP_SECONDS = SOUND_PACKETS * SOUND_SECONDS


def looked_at(
    probe: PictureProbe, pictures: tuple[bytes, ...], *, began: float = 100.0
) -> list[tuple[float, bytes]]:
    """The samples that these pictures give, and when."""
    samples = []
    for number, packet in picture_packets(pictures):
        now = began + number / FRAMES_PER_SECOND
        sample = probe.rtp(packet, now)
        if sample is not None:
            samples.append((now, sample))
    return samples


def sights(samples: Iterable[tuple[float, bytes]]) -> list[Sight | None]:
    before = b""
    seen = []
    for _, sample in samples:
        seen.append(judge(before, sample))
        before = sample
    return seen


def sound_seconds(packets: Iterable[bytes], seed: int = 1) -> float:
    """What they are worth as evidence."""
    evidence, probe = Evidence(), SoundProbe(random.Random(seed).randrange)
    for packet in packets:
        if (heard := probe.rtp(packet)) is not None:
            evidence.hear(*heard)
    return evidence.totals.sound_seconds


def loudness_of_all(payloads: Sequence[bytes]) -> list[float]:
    """The root mean square of each, when every one is decoded."""
    decoder: Any = av.CodecContext.create("libopus", "r")
    decoder.sample_rate, decoder.layout = 48_000, "mono"
    sounds = [
        memoryview(frame.planes[0]).cast("B").cast("h")[: frame.samples].tolist()
        for payload in payloads
        for frame in decoder.decode(av.Packet(payload))
    ]
    return [math.sqrt(sum(v * v for v in sound) / len(sound)) / 32768 for sound in sounds]


class TestSound:
    @pytest.mark.parametrize("loudness", [LOUD, 0.01])
    def test_a_tone_is_as_loud_and_as_long_as_it_is(self, loudness: float) -> None:
        probe = SoundProbe(random.Random(2).randrange)
        heard = [probe.rtp(packet) for packet in sound_packets(opus(loudness, 100), level=20)]
        frames = [frame for frame in heard if frame is not None]
        assert median(frame[0] for frame in frames) == pytest.approx(loudness, rel=0.2)
        assert sum(frame[1] for frame in frames) == pytest.approx(2.0, abs=GROUP_SECONDS)

    def test_a_real_voice_is_as_loud_and_as_long_as_when_all_of_it_is_decoded(self) -> None:
        voice = [packet for clip in load_clips()["sv"].values() for packet in clip.packets][:1000]
        whole, probe = loudness_of_all(voice), SoundProbe(random.Random(3).randrange)
        pairs = [
            (measured[0], true)
            for packet, true in zip(sound_packets(voice, level=20), whole, strict=True)
            if (measured := probe.rtp(packet)) is not None and is_sound(true)
        ]
        differences = [20 * math.log10(max(got, 1e-6) / true) for got, true in pairs]
        assert abs(median(differences)) < 1
        assert mean(map(abs, differences)) < 4
        true_seconds = sum(map(is_sound, whole)) * SOUND_SECONDS
        assert sound_seconds(sound_packets(voice, level=20)) == pytest.approx(
            true_seconds, rel=0.15
        )

    def test_a_quarter_of_the_packets_is_decoded(self, monkeypatch: pytest.MonkeyPatch) -> None:
        decoder = Mock()
        decoder.decode.return_value = []
        monkeypatch.setattr("motesklar.call.evidence.probes._opus_decoder", lambda: decoder)
        sound_seconds(sound_packets(opus(LOUD, 160), level=20))
        assert 30 <= decoder.decode.call_count <= 40

    def test_evidence_takes_a_voice_and_no_silence(self) -> None:
        voice = sound_packets(opus(LOUD, 100), level=None)
        assert sound_seconds(voice) == pytest.approx(2.0, abs=GROUP_SECONDS)
        assert sound_seconds(sound_packets(opus(QUIET, 100), level=None)) == 0

    def test_a_packet_that_says_it_is_silent_is_not_decoded_whatever_is_in_it(self) -> None:
        probe = SoundProbe()
        assert all(probe.rtp(packet) is None for packet in sound_packets(opus(LOUD), level=127))

    def test_silence_that_calls_itself_loud_counts_as_what_it_is(self) -> None:
        assert sound_seconds(sound_packets(opus(QUIET, 200), level=0)) == 0

    def test_few_loud_packets_among_silent_ones_count_as_few(self) -> None:
        loud, silent = opus(LOUD, 40), opus(QUIET, 40)
        seconds = []
        for phase in range(SOUND_PACKETS):
            payloads = [
                (loud if number % SOUND_PACKETS == phase else silent)[number % 40]
                for number in range(800)
            ]
            seconds.append(sound_seconds(sound_packets(payloads, level=0), seed=phase))
        assert min(seconds) > 0
        assert max(seconds) < 0.4 * 800 * SOUND_SECONDS

    @given(payload=st.binary(max_size=200), header=st.binary(max_size=40))
    def test_anything_may_come(self, payload: bytes, header: bytes) -> None:
        probe = SoundProbe()
        probe.rtp(header + payload)
        probe.rtp(build(OPUS, 1, 960, 1, payload))

    def test_a_voice_is_heard_again_after_junk(self) -> None:
        probe = SoundProbe()
        junk = random.Random(5)
        for number in range(50):
            probe.rtp(build(OPUS, number, 0, 1, junk.randbytes(60)))
        heard = [probe.rtp(packet) for packet in sound_packets(opus(LOUD), level=20)]
        assert max(frame[0] for frame in heard if frame) > LOUD / 2


class TestPicture:
    def test_whole_pictures_alone_are_looked_at_unless_motion_is_needed(self) -> None:
        probe = PictureProbe()
        samples = looked_at(probe, vp8("moving", pictures=60, every=30))
        assert [round(now - 100, 2) for now, _ in samples] == [0.0, 1.0]

    def test_a_moving_picture_is_living_also_by_its_whole_pictures(self) -> None:
        seen = sights(looked_at(PictureProbe(), vp8("moving", pictures=90, every=30)))
        assert seen[0] is None
        assert set(seen[1:]) <= {Sight.LIVING, Sight.LIVELY}
        assert len(seen) == 3

    def test_with_motion_several_pictures_a_second_are_looked_at(self) -> None:
        probe = PictureProbe(DecodeBudget(share=1.0, burst=10.0))
        probe.motion = True
        samples = looked_at(probe, vp8("moving", pictures=30))
        assert 4 <= len(samples) <= 6

    def test_a_still_picture_is_frozen(self) -> None:
        probe = PictureProbe(DecodeBudget(share=1.0, burst=10.0))
        probe.motion = True
        seen = sights(looked_at(probe, vp8("still", pictures=60)))
        assert set(seen[2:]) == {Sight.FROZEN}

    def test_a_covered_camera_is_black(self) -> None:
        [(_, sample)] = looked_at(PictureProbe(), vp8("black", pictures=10))
        assert is_black(sample)

    def test_it_begins_at_a_whole_picture(self) -> None:
        probe = PictureProbe()
        probe.motion = True
        assert looked_at(probe, vp8("moving", pictures=10)[1:]) == []

    def test_packets_in_another_order_and_twice_make_the_same_pictures(self) -> None:
        packets = list(picture_packets(vp8("moving", pictures=30), first=65_530))
        mixed = [*packets[:1]]
        for at in range(1, len(packets) - 2, 3):
            mixed += [packets[at + 2], packets[at], packets[at + 1], packets[at]]
        ways = []
        for order in (packets, mixed):
            probe = PictureProbe(DecodeBudget(share=1.0, burst=10.0))
            probe.motion = True
            ways.append([s for n, p in order if (s := probe.rtp(p, 100 + n / FRAMES_PER_SECOND))])
        assert len(ways[0]) == len(ways[1]) > 3
        assert ways[0][0] == ways[1][0]

    def test_after_a_lost_packet_a_whole_picture_is_awaited_and_asked_for(self) -> None:
        probe = PictureProbe(DecodeBudget(share=1.0, burst=10.0))
        probe.motion = True
        packets = list(picture_packets(vp8("moving", pictures=200, every=150)))
        lost = next(at for at, (number, _) in enumerate(packets) if number == 20)
        seen = []
        for number, packet in packets[:lost] + packets[lost + 1 :]:
            if probe.rtp(packet, 100 + number / FRAMES_PER_SECOND):
                seen.append(number)
        assert not [number for number in seen if 20 <= number < 150]
        assert [number for number in seen if number >= 150]

    def test_a_whole_picture_is_asked_for_at_most_once_a_second(self) -> None:
        probe = PictureProbe()
        assert probe.wants_keyframe(100.0)
        assert not probe.wants_keyframe(100.0 + KEYFRAME_SECONDS / 2)
        assert probe.wants_keyframe(100.0 + KEYFRAME_SECONDS)

    def test_none_is_asked_for_while_one_has_just_come_or_all_are_decoded(self) -> None:
        probe = PictureProbe(DecodeBudget(share=1.0, burst=10.0))
        probe.motion = True
        looked_at(probe, vp8("moving", pictures=30))
        assert not probe.wants_keyframe(200.0)
        probe.motion = False
        assert not probe.wants_keyframe(100.0 + KEYFRAME_SECONDS / 2)
        assert probe.wants_keyframe(200.0)

    def test_a_picture_that_is_too_large_is_not_decoded(self) -> None:
        keyframe = bytearray(vp8("moving")[0])
        keyframe[6:10] = (4096).to_bytes(2, "little") + (2160).to_bytes(2, "little")
        assert PICTURE_POINTS_MAX < 4096 * 2160
        assert looked_at(PictureProbe(), (bytes(keyframe),)) == []

    def test_without_budget_nothing_is_decoded_and_with_it_again(self) -> None:
        budget = DecodeBudget(share=0.1, burst=0.4)
        probe = PictureProbe(budget)
        budget.affords(100.0, keyframe=True)
        budget.spend(0.5)
        pictures = list(picture_packets(vp8("moving", pictures=31, every=30)))
        samples = [probe.rtp(p, 100 + 10 * number // 30) for number, p in pictures]
        assert [sample is not None for sample in samples].count(True) == 1
        assert samples[0] is None

    @given(payload=st.binary(max_size=300))
    def test_anything_may_come(self, payload: bytes) -> None:
        probe = PictureProbe()
        probe.motion = True
        probe.rtp(payload, 1.0)
        for number, marker in enumerate((False, True)):
            probe.rtp(build(VP8, number, 0, 1, payload, marker=marker), 1.0)

    def test_damaged_pictures_disturb_only_themselves(self) -> None:
        draw = random.Random(11)
        probe = PictureProbe(DecodeBudget(share=1.0, burst=100.0))
        probe.motion = True
        for number, packet in picture_packets(vp8("moving", pictures=60, every=10)):
            damaged = bytearray(packet)
            for _ in range(6):
                damaged[draw.randrange(24, len(damaged))] = draw.randrange(256)
            probe.rtp(bytes(damaged), 100 + number / FRAMES_PER_SECOND)
        again = [p for _, p in picture_packets(vp8("moving", pictures=10), first=20_000)]
        assert any(probe.rtp(packet, 200.0) for packet in again)
