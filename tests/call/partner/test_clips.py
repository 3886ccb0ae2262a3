"""The partner's voice and its words."""

import ast
from pathlib import Path

import polib

import motesklar.call.partner
from motesklar.call.partner.clips import CLIPS_DIR, load_clips
from motesklar.call.partner.script import Line
from motesklar.i18n import LOCALE_DIR, load_languages

LANGUAGES = ("sv", "en")
CLIP_BYTES_MAX = 40_000
ROOM = Path(motesklar.call.partner.__file__).parent


def test_every_line_is_spoken_in_every_language_as_it_is_written() -> None:
    languages = load_languages(LANGUAGES)
    voices = load_clips()
    assert set(voices) == set(LANGUAGES)
    for language in LANGUAGES:
        for line in Line:
            clip = voices[language][line]
            assert clip.sentence == languages[language].gettext(line.value), "run `make voices`"
            assert 0.8 < clip.seconds < 15.0, line


def test_every_clip_is_small_and_belongs_to_a_line() -> None:
    clips = list(CLIPS_DIR.rglob("*.opus"))
    assert {clip.stem for clip in clips} == {line.clip for line in Line}
    assert max(clip.stat().st_size for clip in clips) < CLIP_BYTES_MAX


def test_every_packet_lasts_twenty_milliseconds() -> None:
    # RFC 6716 3.1: configurations 13 and 15 are hybrid frames of 20 ms, code 0 is one frame
    twenty = {(configuration, 0) for configuration in (1, 5, 9, 13, 15, 19, 23, 27, 31)}
    for voice in load_clips().values():
        for line, clip in voice.items():
            assert {(packet[0] >> 3, packet[0] & 3) for packet in clip.packets} <= twenty, line


def test_every_sentence_of_the_partner_is_translated_and_no_other() -> None:
    found = set()
    for path in ROOM.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "N_":
                found.add(ast.literal_eval(node.args[0]))
    catalogue = polib.pofile(str(LOCALE_DIR / "sv" / "partner.po"))
    assert {entry.msgid for entry in catalogue} == found
    assert not catalogue.untranslated_entries()
    assert not catalogue.fuzzy_entries()
