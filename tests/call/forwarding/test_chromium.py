"""Real browsers in one room, over lines that lose packets: what is forwarded is heard and seen."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page

from motesklar.call.forwarding.forwarding import Forwarding
from motesklar.call.media.addresses import LOOPBACK
from motesklar.call.media.peer import Peer, PeerEvents
from motesklar.call.media.port import MediaPort
from motesklar.call.media.shape import ROOM, OutSlot, Track
from motesklar.call.messages import Slots, Speaking

pytestmark = pytest.mark.browser

NAMES = ("anna", "bo", "cecilia")
#: One packet of so many is lost, on each way.
LOST = 20

#: Each member sends a tone of its own and a picture of its own colour.
ANSWER = """async ([name, hue, offer]) => {
  const connection = new RTCPeerConnection();
  (globalThis.connections ??= {})[name] = connection;
  await connection.setRemoteDescription({ type: "offer", sdp: offer });
  const lines = connection.getTransceivers();
  const canvas = document.createElement("canvas");
  canvas.width = 160;
  canvas.height = 120;
  const pen = canvas.getContext("2d");
  let turn = 0;
  setInterval(() => {
    pen.fillStyle = `hsl(${hue} 90% 50%)`;
    pen.fillRect(0, 0, 160, 120);
    pen.fillStyle = "white";
    pen.fillRect((turn += 4) % 160, 0, 9, 9);
  }, 60);
  const sound = new AudioContext();
  const tone = sound.createOscillator();
  const out = sound.createMediaStreamDestination();
  tone.connect(out);
  tone.start();
  const up = { 0: out.stream.getAudioTracks()[0], 3: canvas.captureStream(15).getVideoTracks()[0] };
  for (const [index, track] of Object.entries(up)) {
    lines[index].direction = "sendrecv";
    await lines[index].sender.replaceTrack(track);
  }
  await connection.setLocalDescription(await connection.createAnswer());
  for (const { mid, receiver } of lines) {
    const element = document.createElement(receiver.track.kind);
    element.srcObject = new MediaStream([receiver.track]);
    element.autoplay = true;
    element.muted = receiver.track.kind === "video";
    element.id = `${name}-${mid}`;
    document.body.append(element);
  }
  return connection.localDescription.sdp;
}"""

INBOUND = """async ([name, mid]) => [...(await connections[name].getStats()).values()]
  .find((row) => row.type === "inbound-rtp" && row.mid === mid) ?? {}"""

#: The hue in the middle of what is shown, or null while there is nothing.
HUE = """([name, mid]) => {
  const video = document.getElementById(`${name}-${mid}`);
  if (!video.videoWidth) return null;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const pen = canvas.getContext("2d");
  pen.drawImage(video, 0, 40, 160, 80, 0, 0, 1, 1);
  const [r, g, b] = pen.getImageData(0, 0, 1, 1).data;
  return r > g && r > b ? 0 : g > b ? 120 : 240;
}"""


class LossyOutlet:
    """A peer some of whose packets get lost on the way down."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._sent = 0

    @property
    def slots(self) -> Sequence[OutSlot]:
        return self._peer.slots

    @property
    def incoming(self) -> Mapping[Track, int]:
        return self._peer.incoming

    @property
    def rtcp_ssrc(self) -> int:
        return self._peer.rtcp_ssrc

    def send_rtp(self, packet: bytes | bytearray) -> None:
        self._sent += 1
        if self._sent % LOST:
            self._peer.send_rtp(packet)

    def send_rtcp(self, packet: bytes) -> None:
        self._peer.send_rtcp(packet)


class Room:
    """Forwarding between real peers, in real time."""

    def __init__(self, port: MediaPort) -> None:
        self._port = port
        self.slots: dict[str, Slots] = {}
        self.speaking: list[str] = []
        self.forwarding = Forwarding(clock=time.monotonic, tell=self._told)
        self.peers: dict[str, Peer] = {}
        self._came = 0
        self._ticking = asyncio.create_task(self._tick())

    def _told(self, member: str, message: Slots | Speaking) -> None:
        if isinstance(message, Slots):
            self.slots[member] = message
        else:
            self.speaking = message.members

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(0.1)
            self.forwarding.tick()

    async def enter(self, page: Page, name: str, hue: int) -> None:
        def take(track: Track, packet: bytes, arrival: float) -> None:
            self._came += 1
            if self._came % LOST:
                self.forwarding.rtp(name, track, packet, arrival)

        connected = asyncio.Event()
        events = PeerEvents(
            connected=connected.set,
            lost=lambda: None,
            rtp=take,
            rtcp=lambda packet: self.forwarding.rtcp(name, packet),
        )
        peer = self.peers[name] = Peer(self._port, ROOM, events)
        offer = await peer.create_offer()
        await peer.accept_answer(await page.evaluate(ANSWER, [name, hue, offer]))
        await asyncio.wait_for(connected.wait(), 30)
        self.forwarding.join(name, LossyOutlet(peer))
        self.forwarding.set_sending(name, Track.MICROPHONE, True)
        self.forwarding.set_sending(name, Track.CAMERA, True)

    def pin(self, member: str, other: str) -> None:
        """Show `other` alone to `member`."""
        self.forwarding.set_view(member, pinned=other, videos=[], count=1, hall=False)

    async def close(self) -> None:
        self._ticking.cancel()
        await asyncio.wait([self._ticking])
        for peer in self.peers.values():
            await peer.close()


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aioice.ice.get_host_addresses", lambda **_: [LOOPBACK])


@pytest_asyncio.fixture
async def room(page: Page) -> AsyncIterator[Room]:
    port = await MediaPort.open([LOOPBACK])
    made = Room(port)
    for name, hue in zip(NAMES, (0, 120, 240), strict=True):
        await made.enter(page, name, hue)
    yield made
    await made.close()
    await port.close()


async def eventually(
    page: Page, question: str, about: list[str], is_so: Callable[[Any], bool]
) -> Any:
    """Ask the page until the answer is as it should be."""
    answer = None
    for _ in range(300):
        answer = await page.evaluate(question, about)
        if is_so(answer):
            return answer
        await page.wait_for_timeout(100)
    raise AssertionError(f"{about} stayed {answer}")


async def assert_watched(page: Page, member: str, mid: str, hue: int) -> None:
    """The picture of this colour is shown, and goes on moving."""
    await eventually(page, HUE, [member, mid], lambda seen: bool(seen == hue))
    decoded = (await page.evaluate(INBOUND, [member, mid]))["framesDecoded"]
    await eventually(
        page, INBOUND, [member, mid], lambda row: bool(row["framesDecoded"] >= decoded + 10)
    )


async def test_picture_changes_hands_again_and_again_and_never_stops(
    room: Room, page: Page
) -> None:
    mid = "3"
    for other, hue in [("bo", 120), ("cecilia", 240)] * 3:
        room.pin("anna", other)
        assert room.slots["anna"].video[0] == other
        await assert_watched(page, "anna", mid, hue)
    row = await page.evaluate(INBOUND, ["anna", mid])
    # losses were mended by asking again, on both ways
    assert row["nackCount"] > 0
    assert row["packetsLost"] <= row["packetsReceived"] / 4
    quality = room.forwarding.quality("anna")
    assert 0 < quality.up_loss + quality.down_loss < 0.3
    assert quality.rtt_ms is not None
    assert quality.rtt_ms < 5000


async def test_all_hear_all_and_are_told_who_speaks(room: Room, page: Page) -> None:
    for name in NAMES:
        for mid in ("0", "1"):
            await eventually(
                page, INBOUND, [name, mid], lambda row: row.get("totalAudioEnergy", 0) > 0
            )
    for _ in range(100):
        if sorted(room.speaking) == sorted(NAMES):
            break
        await page.wait_for_timeout(100)
    assert sorted(room.speaking) == sorted(NAMES)
