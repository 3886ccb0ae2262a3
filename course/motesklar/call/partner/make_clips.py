"""Makes the partner's voice: `python -m motesklar.call.partner.make_clips [language …]`.

It speaks with espeak-ng. Run it after a sentence of `script.Line` or its translation has changed,
and commit the files. Only clips whose sentence has changed are made anew.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import av

from motesklar.call.partner.clips import CLIPS_DIR, read_clip
from motesklar.call.partner.script import Line
from motesklar.i18n import LOCALE_DIR, SOURCE_LANGUAGE, load_languages

#: Where espeak-ng has a calmer voice than its first one for the language.
VOICES = {"en": "en-gb-x-rp"}
#: Slower, lower and with clearer gaps than espeak's own settings: calm, and easier to follow.
SETTINGS = ("-s", "145", "-p", "38", "-g", "2", "-a", "140")

SAMPLE_RATE = 48_000
SAMPLES_PER_PACKET = 960
#: A synthetic voice needs no more; a sentence stays under 20 kB.
BIT_RATE = 20_000


def main(languages: list[str]) -> None:
    """Make what is missing or out of date."""
    espeak = shutil.which("espeak-ng")
    if espeak is None:
        raise SystemExit("espeak-ng is not installed; on Debian: apt install espeak-ng")
    wanted = languages or [SOURCE_LANGUAGE, *sorted(path.name for path in LOCALE_DIR.iterdir())]
    translations = load_languages(wanted)
    for language in wanted:
        for line in Line:
            path = CLIPS_DIR / language / f"{line.clip}.opus"
            sentence = translations[language].gettext(line.value)
            if not path.exists() or read_clip(path).sentence != sentence:
                make_clip(espeak, language, sentence, path)
                sys.stdout.write(f"{path.relative_to(CLIPS_DIR)}\n")


def make_clip(espeak: str, language: str, sentence: str, path: Path) -> None:
    """Speak `sentence` into the Ogg file `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    voice = VOICES.get(language, language)
    with tempfile.TemporaryDirectory() as folder:
        spoken = Path(folder) / "spoken.wav"
        command = [espeak, "-v", voice, *SETTINGS, "-w", str(spoken), sentence]
        subprocess.run(command, check=True)  # noqa: S603 - our own sentences, no shell
        encode(spoken, sentence, path)


def encode(spoken: Path, sentence: str, path: Path) -> None:
    """Encode a WAV file as mono Opus packets of 20 ms."""
    with av.open(str(spoken)) as source, av.open(str(path), "w", format="ogg") as target:
        stream = target.add_stream(
            "libopus",
            rate=SAMPLE_RATE,
            layout="mono",
            options={"frame_duration": "20", "application": "voip"},
        )
        stream.bit_rate = BIT_RATE
        target.metadata["title"] = sentence
        resampler = av.AudioResampler(
            format="s16", layout="mono", rate=SAMPLE_RATE, frame_size=SAMPLES_PER_PACKET
        )
        # None at the end flushes what the resampler and the encoder still hold
        for decoded in [*source.decode(audio=0), None]:
            for frame in resampler.resample(decoded):
                target.mux(stream.encode(frame))
        target.mux(stream.encode(None))


if __name__ == "__main__":
    main(sys.argv[1:])
