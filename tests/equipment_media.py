"""Sound and pictures of pretended devices, made into files that Chromium takes for real ones.

Given to `--use-file-for-fake-audio-capture` and `--use-file-for-fake-video-capture`, which play
them over and over. Nothing of it is kept: tests make what they need in a folder of their own.
"""

import itertools
import math
import struct
import wave
from collections.abc import Iterable, Iterator
from pathlib import Path

import av

ROOT = Path(__file__).parents[1]
#: A voice: a sentence of the practice partner.
VOICE = ROOT / "course" / "motesklar" / "call" / "partner" / "clips" / "sv" / "chat-heard.opus"

RATE = 48_000
LOUDEST = 32_767
#: A hum of the mains and its harmonics: hertz to amplitude.
HUM = {50: 0.2, 100: 0.1, 150: 0.06, 250: 0.03}
HUM_SECONDS = 2

#: How loud each word is, and the pause after them.
WORDS = (0.5, 0.2, 0.6, 0.3, 0)
WORD_SECONDS = 0.15
WORD_HERTZ = 200

WIDTH, HEIGHT = 320, 240
FRAMES = 60
GREY, BLACK, WHITE = 110, 16, 235
#: Chroma that is no colour.
COLOURLESS = 128
#: A square that goes from side to side.
SIDE = 60

Samples = Iterable[float]


def voice(gain: float = 1) -> list[float]:
    """Somebody who speaks; over full scale it is cut off, as a microphone does.

    Args:
        gain: 1 for a voice whose loudest moment is half of full scale.
    """
    resample = av.AudioResampler(format="flt", layout="mono", rate=RATE)
    samples: list[float] = []
    with av.open(str(VOICE)) as file:
        for frame in itertools.chain(file.decode(audio=0), (None,)):
            for part in resample.resample(frame):
                samples += part.to_ndarray()[0].tolist()
    loudest = max(map(abs, samples))
    return [max(-1.0, min(1.0, gain * 0.5 * sample / loudest)) for sample in samples]


def words() -> list[float]:
    """As loud and as soft as words, and never like the tones of the test sound."""
    each = round(WORD_SECONDS * RATE)
    return [
        loudness * math.sin(math.tau * WORD_HERTZ * i / RATE)
        for loudness in WORDS
        for i in range(each)
    ]


def silence() -> list[float]:
    """Nothing at all."""
    return [0.0] * RATE


def hum() -> list[float]:
    """What a bad cable gives: the mains, never louder and never softer."""
    moments = (i / RATE for i in range(HUM_SECONDS * RATE))
    return [
        sum(level * math.sin(math.tau * hertz * at) for hertz, level in HUM.items())
        for at in moments
    ]


def write_sound(path: Path, *channels: Samples) -> Path:
    """16 bits a sample; all channels are of the same length."""
    moments = zip(*channels, strict=True)
    whole = [round(LOUDEST * sample) for moment in moments for sample in moment]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(len(channels))
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(struct.pack(f"<{len(whole)}h", *whole))
    return path


def moving() -> Iterator[bytes]:
    """The luma of each frame of something that moves."""
    for frame in range(FRAMES):
        # there and back, so that the picture does not jump when the file begins anew
        way = abs(frame - FRAMES // 2) / (FRAMES // 2)
        yield _picture(GREY, left=round(way * (WIDTH - SIDE)))


def black() -> Iterator[bytes]:
    """A camera with its cover on."""
    yield from itertools.repeat(bytes([BLACK]) * (WIDTH * HEIGHT), FRAMES)


def standing() -> Iterator[bytes]:
    """The very same picture over and over, as some drivers give when the camera has stopped."""
    yield from itertools.repeat(_picture(GREY, left=40), FRAMES)


def write_picture(path: Path, pictures: Iterable[bytes], frames_a_second: int = 30) -> Path:
    """YUV4MPEG2, whole pictures without compression."""
    colour = bytes([COLOURLESS]) * (WIDTH * HEIGHT // 2)
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{frames_a_second}:1 Ip A1:1 C420\n".encode())
        for luma in pictures:
            file.write(b"FRAME\n" + luma + colour)
    return path


def _picture(ground: int, left: int) -> bytes:
    plain = bytes([ground]) * WIDTH
    with_square = plain[:left] + bytes([WHITE]) * SIDE + plain[left + SIDE :]
    top = (HEIGHT - SIDE) // 2
    return plain * top + with_square * SIDE + plain * (HEIGHT - top - SIDE)
