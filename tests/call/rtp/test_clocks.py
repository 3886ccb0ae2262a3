import pytest

from motesklar.call.rtp.clocks import MemberClock, StreamClock, round_trip, to_ntp
from motesklar.call.rtp.packet import OPUS_CLOCK, VIDEO_CLOCK
from motesklar.call.rtp.rtcp import SenderReport


def report(seconds: float, timestamp: int) -> SenderReport:
    return SenderReport(1, to_ntp(seconds), timestamp, 0, 0)


def test_sound_and_picture_taken_together_stay_together() -> None:
    member = MemberClock()
    sound, picture = StreamClock(OPUS_CLOCK, member), StreamClock(VIDEO_CLOCK, member)
    # both tell of their own moment; the second report was longer on its way
    sound.reported(report(5000.0, 1_000_000), now=10.0)
    picture.reported(report(5001.0, 2_000_000), now=11.4)
    sounds, pictures = sound.timestamp_at(20.0), picture.timestamp_at(20.0)
    assert sounds is not None
    assert pictures is not None
    since_5000 = (sounds - 1_000_000) / OPUS_CLOCK
    since_5001 = (pictures - 2_000_000) / VIDEO_CLOCK
    assert since_5000 == pytest.approx(since_5001 + 1.0, abs=1e-4)


def test_first_packet_has_to_do_until_a_report_comes() -> None:
    clock = StreamClock(OPUS_CLOCK, MemberClock())
    assert clock.timestamp_at(1.0) is None
    clock.came(480, arrival=1.0)
    assert clock.timestamp_at(1.5) == 480 + OPUS_CLOCK // 2


def test_clock_that_was_set_is_followed() -> None:
    member = MemberClock()
    member.reported(to_ntp(100.0), 10.0)
    member.reported(to_ntp(101.0), 11.3)
    assert member.seconds(to_ntp(101.0)) == pytest.approx(11.0)
    member.reported(to_ntp(5000.0), 12.0)
    assert member.seconds(to_ntp(5000.0)) == pytest.approx(12.0)


def test_round_trip_is_what_neither_of_us_waited() -> None:
    sent = to_ntp(1000.0) >> 16 & 0xFFFFFFFF
    assert round_trip(sent, int(0.25 * 65536), 1000.4) == pytest.approx(0.15, abs=1e-3)


@pytest.mark.parametrize(("last", "delay", "now"), [(0, 0, 5.0), (65536 * 9, 0, 5.0)])
def test_round_trip_that_can_not_be_is_none(last: int, delay: int, now: float) -> None:
    assert round_trip(last, delay, now) is None
