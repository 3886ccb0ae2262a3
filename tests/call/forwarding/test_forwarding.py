import itertools
from collections.abc import Sequence

import pytest

from motesklar.call.media.shape import PRACTICE, Track
from motesklar.call.rtp import rtcp
from motesklar.call.rtp.packet import ABS_SEND_TIME, RtpPacket
from motesklar.call.rtp.vp8 import Vp8Descriptor
from tests.call.forwarding.people import LOUD, SILENT, House, Person


@pytest.fixture
def house() -> House:
    return House()


def assert_without_seam(packets: Sequence[RtpPacket]) -> None:
    """Numbers rise by one, time only goes forward."""
    for before, after in itertools.pairwise(packets):
        assert (after.sequence_number - before.sequence_number) & 0xFFFF == 1
        assert 0 < (after.timestamp - before.timestamp) & 0xFFFFFFFF < 1 << 31


def picture_ids(packets: Sequence[RtpPacket]) -> list[int]:
    return [Vp8Descriptor(p.data, p.payload_offset, p.payload_end).picture_id for p in packets]


def test_sound_of_the_other_arrives_on_the_first_slot_as_that_slots_own(house: House) -> None:
    anna, bo = house.enter("anna", microphone=True), house.enter("bo")
    anna.say(times=3)
    heard = bo.received("audio")
    assert [packet.payload for packet in heard] == [b"sound"] * 3
    assert {packet.mid for packet in heard} == {"0"}
    assert_without_seam(heard)
    assert bo.slots.audio == ["anna", None, None]


def test_nobody_gets_their_own_sound_or_picture(house: House) -> None:
    anna = house.enter("anna", microphone=True, camera=True, screen=True)
    house.enter("bo")
    anna.say()
    anna.show(key=True)
    anna.show(key=True, track=Track.SCREEN)
    assert anna.outlet.packets == []


def test_in_pairs_sound_and_picture_of_the_other_are_both_in_the_first_slot(house: House) -> None:
    house.enter("anna", microphone=True, camera=True)
    bo = house.enter("bo", microphone=True, camera=True)
    assert (bo.slots.audio[0], bo.slots.video[0]) == ("anna", "anna")


def test_microphone_that_is_off_is_not_forwarded_whatever_it_sends(house: House) -> None:
    anna, bo = house.enter("anna", microphone=True), house.enter("bo")
    house.forwarding.set_sending("anna", Track.MICROPHONE, False)
    anna.say()
    assert bo.outlet.packets == []
    assert bo.slots.audio == [None, None, None]


def test_picture_waits_for_a_keyframe_and_asks_for_one(house: House) -> None:
    anna, bo = house.enter("anna", camera=True), house.enter("bo")
    anna.show(times=2)
    assert bo.received("video") == []
    assert anna.keyframe_requests() == 1
    anna.show(key=True)
    anna.show(times=2)
    assert len(bo.received("video")) == 3
    assert {packet.mid for packet in bo.received("video")} == {bo.slot("video").mid}


def test_keyframes_are_asked_for_twice_a_second_at_most(house: House) -> None:
    anna = house.enter("anna", camera=True)
    viewers = [house.enter(f"viewer {n}") for n in range(8)]
    anna.show(key=True)
    house.wait(2)
    anna.outlet.reports.clear()
    for _ in range(10):
        for viewer in viewers:
            viewer.report(rtcp.picture_loss(7, viewer.slot("video").ssrc))
        house.wait(0.1)
    assert 2 <= anna.keyframe_requests() <= 3


def test_request_that_came_too_early_is_remembered(house: House) -> None:
    anna, bo = house.enter("anna", camera=True), house.enter("bo")
    anna.show(key=True)
    house.wait(1)
    anna.outlet.reports.clear()
    for _ in range(2):
        bo.report(rtcp.picture_loss(7, bo.slot("video").ssrc))
    assert anna.keyframe_requests() == 1
    house.wait(0.6)
    assert anna.keyframe_requests() == 2


def test_picture_that_changes_hands_has_no_seam(house: House) -> None:
    anna = house.enter("anna", camera=True)
    bo = house.enter("bo", camera=True)
    cecilia = house.enter("cecilia")
    house.forwarding.set_view("cecilia", pinned="anna", videos=[], count=1, hall=False)
    anna.show(key=True)
    anna.show(times=3)
    house.forwarding.set_view("cecilia", pinned="bo", videos=[], count=1, hall=False)
    anna.show(times=2)
    bo.show()
    bo.show(key=True)
    bo.show(times=2)
    seen = cecilia.received("video")
    assert len(seen) == 7
    assert_without_seam(seen)
    first = picture_ids(seen)[0]
    assert picture_ids(seen) == [(first + n) & 0x7FFF for n in range(7)]


def test_send_time_is_written_anew(house: House) -> None:
    anna, bo = house.enter("anna", camera=True), house.enter("bo")
    house.now = 1.5
    anna.show(key=True)
    (packet,) = bo.received("video")
    offset, length = packet.extensions[ABS_SEND_TIME]
    assert int.from_bytes(packet.data[offset : offset + length], "big") == int(1.5 * 2**18)


def test_lost_packet_is_sent_again_as_it_would_have_been(house: House) -> None:
    anna, bo = house.enter("anna", camera=True), house.enter("bo")
    anna.show(key=True)
    anna.show(times=3)
    lost = bo.received("video")[1]
    bo.report(rtcp.nack(7, lost.ssrc, [lost.sequence_number]))
    (again,) = bo.received_again("video")
    assert again.sequence_number == lost.sequence_number
    assert again.timestamp == lost.timestamp
    assert again.payload == lost.payload
    assert again.mid == lost.mid


def test_packet_is_sent_again_once_in_a_round_trip(house: House) -> None:
    anna, bo = house.enter("anna", camera=True), house.enter("bo")
    anna.show(key=True)
    lost = bo.received("video")[0]
    for _ in range(3):
        bo.report(rtcp.nack(7, lost.ssrc, [lost.sequence_number]))
    assert len(bo.received_again("video")) == 1
    house.wait(0.2)
    bo.report(rtcp.nack(7, lost.ssrc, [lost.sequence_number]))
    assert len(bo.received_again("video")) == 2


def test_member_who_asks_for_everything_again_gets_a_bounded_answer(house: House) -> None:
    anna, bo = house.enter("anna", camera=True), house.enter("bo")
    anna.show(key=True)
    anna.show(times=400)
    seen = bo.received("video")
    bo.report(rtcp.nack(7, seen[0].ssrc, [packet.sequence_number for packet in seen]))
    assert len(bo.received_again("video")) <= 60


def test_packet_lost_on_the_way_in_is_asked_for_at_once_and_fills_its_gap(house: House) -> None:
    anna, bo = house.enter("anna", camera=True), house.enter("bo")
    anna.show(key=True)
    lost = anna.picture()
    anna.show()
    (request,) = [m for m in anna.reported() if isinstance(m, rtcp.Nack)]
    assert request == rtcp.Nack(anna.ssrcs[Track.CAMERA], (RtpPacket(lost).sequence_number,))
    anna.send(Track.CAMERA, lost)
    assert_without_seam(sorted(bo.received("video"), key=lambda p: p.sequence_number))
    anna.send(Track.CAMERA, lost)
    assert len(bo.received("video")) == 3


def test_five_people_hear_only_the_three_loudest(house: House) -> None:
    people = [house.enter(name, microphone=True) for name in "abcde"]
    listener = house.enter("listener")
    for _ in range(100):
        for person, level in zip(people, (20, 90, 25, 90, 30), strict=True):
            person.send(Track.MICROPHONE, person.sound(level))
        house.wait(0.1)
    assert sorted(filter(None, listener.slots.audio)) == ["a", "c", "e"]
    assert listener.speaking == ["a", "c", "e"]
    assert sorted(filter(None, people[0].slots.audio)) == ["c", "e"]


def test_four_people_all_hear_each_other_without_being_loud(house: House) -> None:
    people = [house.enter(name, microphone=True) for name in "abcd"]
    for person in people:
        person.say(SILENT)
    assert sorted(filter(None, people[1].slots.audio)) == ["a", "c", "d"]
    assert len(people[1].outlet.packets) == 3


def test_in_the_hall_neither_sound_nor_pictures_come(house: House) -> None:
    anna = house.enter("anna", microphone=True, camera=True, screen=True)
    bo = house.enter("bo")
    house.forwarding.set_view("bo", pinned="anna", videos=["anna"], count=5, hall=True)
    anna.say()
    anna.show(key=True)
    anna.show(key=True, track=Track.SCREEN)
    assert bo.outlet.packets == []
    assert bo.slots.audio == [None, None, None]
    assert bo.slots.screen is None


def test_the_screen_shared_last_is_shown(house: House) -> None:
    house.enter("anna", screen=True)
    bo, cecilia = house.enter("bo", screen=True), house.enter("cecilia")
    assert cecilia.slots.screen == "bo"
    assert bo.slots.screen == "anna"
    house.forwarding.set_sending("bo", Track.SCREEN, False)
    assert cecilia.slots.screen == "anna"


def test_whoever_has_spoken_is_seen_when_there_are_more_than_fit(house: House) -> None:
    people = [house.enter(f"{n}", microphone=True, camera=True) for n in range(8)]
    viewer = house.enter("viewer")
    assert viewer.slots.video == ["0", "1", "2", "3", "4"]
    for _ in range(20):
        people[7].send(Track.MICROPHONE, people[7].sound(LOUD))
        house.wait(0.1)
    assert viewer.slots.video == ["0", "1", "2", "3", "7"]


def test_who_leaves_is_replaced_and_heard_no_more(house: House) -> None:
    anna = house.enter("anna", microphone=True, camera=True)
    bo = house.enter("bo")
    house.forwarding.leave("anna")
    anna.say()
    assert bo.outlet.packets == []
    assert bo.slots.video == [None] * 5


def test_person_who_comes_back_replaces_the_ghost_without_a_seam(house: House) -> None:
    anna, bo = house.enter("anna", microphone=True), house.enter("bo")
    anna.say(times=2)
    again = house.enter("anna", microphone=True)
    again.say(times=2)
    assert_without_seam(bo.received("audio"))
    assert len(bo.received("audio")) == 4


def test_voice_of_the_partner_is_heard_in_practice(house: House) -> None:
    learner = house.enter("learner", PRACTICE, microphone=True)
    voice = house.forwarding.add_voice("partner")
    for _ in range(20):
        voice.send(b"x" * 60, 960)
        house.wait(0.1)
    heard = learner.received("audio")
    assert len(heard) == 20
    assert_without_seam(heard)
    assert learner.slots.audio == ["partner"]
    assert learner.speaking == ["partner"]


def test_reports_come_each_second_and_name_what_is_sent_and_received(house: House) -> None:
    anna, bo = house.enter("anna", microphone=True), house.enter("bo")
    for _ in range(30):
        anna.say(times=5)
        house.forwarding.tick()
    senders = [m for m in bo.reported() if isinstance(m, rtcp.SenderReport)]
    receivers = [m for m in anna.reported() if isinstance(m, rtcp.ReceiverReport) and m.blocks]
    assert len(senders) in (2, 3)
    assert {report.ssrc for report in senders} == {bo.slot("audio").ssrc}
    assert senders[-1].packets > 100
    assert receivers[-1].blocks[0].ssrc == anna.ssrcs[Track.MICROPHONE]
    assert receivers[-1].blocks[0].lost == 0


def test_report_names_the_moment_of_what_is_sent_on_the_slot(house: House) -> None:
    anna, bo = house.enter("anna", microphone=True), house.enter("bo")
    anna.say(times=60)
    house.forwarding.tick()
    last = [m for m in bo.reported() if isinstance(m, rtcp.SenderReport)][-1]
    newest = bo.received("audio")[-1]
    # the newest packet came one packet's time ago
    since = (last.timestamp - newest.timestamp) & 0xFFFFFFFF
    assert since == pytest.approx(960, abs=48)


@pytest.mark.parametrize("other_ssrc", [False, True])
def test_stream_that_starts_anew_goes_on_without_a_seam(house: House, other_ssrc: bool) -> None:
    anna, bo = house.enter("anna", microphone=True), house.enter("bo")
    anna.say(times=5)
    anna.sequence_numbers[Track.MICROPHONE] = 40_000
    anna.timestamps[Track.MICROPHONE] = 77
    anna.ssrcs[Track.MICROPHONE] += 50 if other_ssrc else 0
    anna.say(times=5)
    heard = bo.received("audio")
    # the first of a stream that goes back is taken for a straggler
    assert len(heard) == (10 if other_ssrc else 9)
    assert_without_seam(heard)


def test_quality_tells_loss_both_ways_and_the_round_trip(house: House) -> None:
    anna, bo = house.enter("anna", microphone=True), house.enter("bo", microphone=True)
    for n in range(60):
        anna.say()
        if n % 4 == 0:
            bo.sound()
        bo.say()
        house.forwarding.tick()
    last = [m for m in bo.reported() if isinstance(m, rtcp.SenderReport)][-1]
    sent_at = last.ntp / 2**32
    house.now = sent_at + 0.5
    for highest, lost in ((100, 0), (150, 25)):
        block = rtcp.ReportBlock(
            last.ssrc, 0.5, lost, highest, 4, last.ntp >> 16 & 0xFFFFFFFF, int(0.3 * 65536)
        )
        bo.report(rtcp.receiver_report(7, [block]))
    quality = house.forwarding.quality("bo")
    assert quality.up_loss == pytest.approx(0.2, abs=0.05)
    assert quality.down_loss > 0.1
    assert quality.rtt_ms == pytest.approx(200, abs=2)


@pytest.mark.parametrize("junk", [b"", b"\x80", bytes(12), b"\x80" + bytes(40), b"\xff" * 60])
def test_junk_from_a_member_disturbs_nobody(house: House, junk: bytes) -> None:
    anna, bo = house.enter("anna", microphone=True, camera=True), house.enter("bo")
    for track in Track:
        anna.send(track, junk)
    anna.report(junk)
    assert bo.outlet.packets == []
    anna.say()
    assert len(bo.received("audio")) == 1


def test_nothing_is_kept_of_who_has_left(house: House) -> None:
    forwarding = house.forwarding

    def come_and_go() -> None:
        anna = house.enter("anna", microphone=True, camera=True, screen=True)
        bo = house.enter("bo", camera=True)
        anna.show(key=True)
        bo.show(key=True)
        house.wait(0.3)
        forwarding.leave("anna")
        forwarding.leave("bo")

    def kept() -> int:
        return sum(len(value) for value in vars(forwarding).values() if hasattr(value, "__len__"))

    come_and_go()
    assert kept() == 0
    assert isinstance(house.people["anna"], Person)
