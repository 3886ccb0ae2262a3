"""The partner's voice: every line as ready Opus packets, in each language.

Playing one costs no encoding. The clips lie in `clips/<language>/<line>.opus`, are made by
`make_clips.py`, and carry the sentence they say as their title, so that a test can tell when the
text has changed and the voice has not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from motesklar.call.partner.script import Line

CLIPS_DIR = Path(__file__).parent / "clips"

#: Each packet lasts this long (RFC 7587 calls it the default).
PACKET_SECONDS = 0.02


@dataclass(frozen=True)
class Clip:
    """A spoken sentence.

    Args:
        packets: Opus packets of 20 ms each.
        sentence: what is said.
    """

    packets: tuple[bytes, ...]
    sentence: str

    @property
    def seconds(self) -> float:
        """How long it takes."""
        return len(self.packets) * PACKET_SECONDS


def read_clip(path: Path) -> Clip:
    """The clip in an Ogg file."""
    # only workers read clips: the server, which hands them out as files, is spared the decoders
    import av

    with av.open(str(path), "r") as container:
        stream = container.streams.audio[0]
        packets = tuple(bytes(packet) for packet in container.demux(stream) if packet.size)
        return Clip(packets, stream.metadata.get("title", ""))


def load_clips(folder: Path = CLIPS_DIR) -> dict[str, Mapping[Line, Clip]]:
    """Every language's voice."""
    return {
        language.name: {line: read_clip(language / f"{line.clip}.opus") for line in Line}
        for language in sorted(folder.iterdir())
        if language.is_dir()
    }
