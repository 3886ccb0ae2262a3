"""A real browser: everything it sends arrives, and every slot is heard and seen."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.async_api import Page

from motesklar.call.media.peer import Peer
from motesklar.call.media.port import MediaPort
from motesklar.call.media.shape import ROOM, OutSlot, Track
from motesklar.call.rtp.packet import MID, RtpPacket, build
from motesklar.call.rtp.rtcp import picture_loss
from tests.call.media.clients import Told, until

pytestmark = pytest.mark.browser

#: Both cores may be busy.
LONG_MS = 45_000

ANSWER = """async (offer) => {
  const connection = globalThis.connection = new RTCPeerConnection();
  await connection.setRemoteDescription({ type: "offer", sdp: offer });
  const lines = connection.getTransceivers();
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d");
  let turn = 0;
  const paint = () => {
    pen.fillStyle = `hsl(${turn += 9} 90% 50%)`;
    pen.fillRect(0, 0, 300, 150);
  };
  setInterval(paint, 50);
  const up = { 0: stream.getAudioTracks()[0], 3: stream.getVideoTracks()[0],
               8: canvas.captureStream(15).getVideoTracks()[0] };
  for (const [index, track] of Object.entries(up)) {
    lines[index].direction = "sendrecv";
    await lines[index].sender.replaceTrack(track);
  }
  await connection.setLocalDescription(await connection.createAnswer());
  for (const { receiver } of lines) {
    const element = document.createElement(receiver.track.kind);
    element.srcObject = new MediaStream([receiver.track]);
    element.autoplay = true;
    element.muted = receiver.track.kind === "video";
    document.body.append(element);
  }
  return connection.localDescription.sdp;
}"""

#: What has really been heard and seen on each line.
ARRIVED = """async () => {
  const rows = [...(await globalThis.connection.getStats()).values()];
  const inbound = rows.filter(({ type }) => type === "inbound-rtp");
  const counted = ({ mid, totalAudioEnergy, framesDecoded }) =>
    [mid, totalAudioEnergy ?? framesDecoded];
  return Object.fromEntries(inbound.map(counted));
}"""

CIPHER = """async () => [...(await globalThis.connection.getStats()).values()]
  .find(({ type }) => type === "transport").srtpCipher"""


@dataclass
class Echo(Told):
    """Sends what comes back in every slot of its kind, as one stream for each slot."""

    peer: Peer | None = None
    sent: Counter[str] = field(default_factory=Counter)

    def take_rtp(self, track: Track, packet: bytes, arrival: float) -> None:
        super().take_rtp(track, packet, arrival)
        assert self.peer is not None
        for slot in self.peer.slots:
            if (slot.kind == "audio") == (track is Track.MICROPHONE) and track is not Track.SCREEN:
                self.peer.send_rtp(self.as_if_from(slot, RtpPacket(packet)))

    def as_if_from(self, slot: OutSlot, packet: RtpPacket) -> bytes:
        self.sent[slot.mid] += 1
        return build(
            slot.payload_type,
            self.sent[slot.mid],
            packet.timestamp,
            slot.ssrc,
            packet.payload,
            marker=packet.marker,
            extensions=[(MID, slot.mid.encode())],
        )


async def test_every_track_arrives_and_every_slot_is_heard_and_seen(
    port: MediaPort, page: Page
) -> None:
    echo = Echo()
    peer = echo.peer = Peer(port, ROOM, echo.events())
    offer = await peer.create_offer()
    await peer.accept_answer(await page.evaluate(ANSWER, offer))
    await until(lambda: echo.connected, "a connection")
    await until(lambda: {track for track, _, _ in echo.rtp} == {*Track}, "every track")
    peer.send_rtcp(picture_loss(peer.rtcp_ssrc, peer.incoming[Track.CAMERA]))
    for _ in range(200):
        arrived: dict[str, Any] = await page.evaluate(ARRIVED)
        if len(arrived) == len(peer.slots) and all(arrived.values()):
            break
        await page.wait_for_timeout(100)
    assert set(arrived) == {slot.mid for slot in peer.slots}
    assert all(arrived.values()), arrived
    assert echo.lost == 0
    assert port.send_failed == 0
    assert await page.evaluate(CIPHER) == "SRTP_AEAD_AES_128_GCM"
    await until(lambda: echo.rtcp, "its reports")
    await page.evaluate("globalThis.connection.close()")
    await until(lambda: echo.lost, "its goodbye")
    await peer.close()
