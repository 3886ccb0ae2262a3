"""Real clients of plain aiortc against peers on one shared port, over real UDP."""

import pytest

from motesklar.call.media.port import MediaPort
from motesklar.call.media.shape import Track
from motesklar.call.rtp import packet as rtp
from tests.call.media.clients import calling, until
from tests.call.media.tracks import Film, Tone

pytestmark = pytest.mark.slow


async def test_sound_and_picture_arrive_deciphered(port: MediaPort) -> None:
    async with calling(port, Tone(0.3), Film(110, moving=True)) as call:
        await until(lambda: len(call.told.packets(Track.MICROPHONE)) > 10, "sound")
        await until(lambda: len(call.told.packets(Track.CAMERA)) > 3, "a picture")
        sound = rtp.RtpPacket(call.told.packets(Track.MICROPHONE)[0])
        assert sound.payload_type == rtp.OPUS
        assert sound.ssrc == call.peer.incoming[Track.MICROPHONE]
        level = sound.audio_level
        assert level is not None
        assert level.level < rtp.SILENCE
        picture = rtp.RtpPacket(call.told.packets(Track.CAMERA)[0])
        assert picture.payload_type == rtp.VP8
        assert picture.ssrc == call.peer.incoming[Track.CAMERA]


async def test_what_is_sent_arrives_at_the_client(port: MediaPort) -> None:
    async with calling(port) as call:
        await call.until_client_connected()
        slot = call.peer.slots[0]
        packets = [
            rtp.build(slot.payload_type, number, 960 * number, slot.ssrc, b"\xf8\xff\xfe")
            for number in range(10)
        ]
        for packet in packets:
            call.peer.send_rtp(bytearray(packet))
        await until(lambda: len(call.client.received) == 10, "ten packets")
        assert call.client.received == packets
