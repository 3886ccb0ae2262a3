"""The partner's voice and its words."""

import ast
import re
from pathlib import Path

import polib
import pytest

import motesklar.call
import motesklar_widgets
from motesklar.call.clips import CLIPS_DIR, load_clips
from motesklar.call.partner import Line
from motesklar.i18n import LOCALE_DIR, Languages

LANGUAGES = ("sv", "en")
CLIP_BYTES_MAX = 50_000
ROOM = Path(motesklar.call.__file__).parent
STATIC = Path(motesklar_widgets.__file__).parent / "static"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("line", Line, ids=lambda line: line.clip)
def test_every_line_is_spoken_as_it_is_written(
    line: Line, language: str, languages: Languages
) -> None:
    clip = load_clips()[language][line]
    assert clip.sentence == languages[language].gettext(line.value), "run `make voices`"
    assert 1.0 < clip.seconds < 12.0


def test_every_clip_is_small_and_belongs_to_a_line() -> None:
    clips = list(CLIPS_DIR.rglob("*.opus"))
    assert {clip.stem for clip in clips} == {line.clip for line in Line}
    assert max(clip.stat().st_size for clip in clips) < CLIP_BYTES_MAX


@pytest.mark.parametrize("line", Line, ids=lambda line: line.clip)
def test_every_packet_lasts_twenty_milliseconds(line: Line) -> None:
    # RFC 6716 3.1: configurations 13 and 15 are hybrid frames of 20 ms, code 0 is one frame
    for language in LANGUAGES:
        for packet in load_clips()[language][line].packets:
            configuration, code = packet[0] >> 3, packet[0] & 3
            assert (configuration, code) in {(c, 0) for c in (1, 5, 9, 13, 15, 19, 23, 27, 31)}


def python_sentences() -> set[str]:
    found = set()
    for path in ROOM.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "N_":
                found.add(ast.literal_eval(node.args[0]))
    return found


def browser_sentences() -> set[str]:
    scripts = [STATIC / "practice_call.js", *(STATIC / "lib").glob("call_*.js")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in scripts)
    return {ast.literal_eval(quoted) for quoted in re.findall(r'\bt\(\s*("(?:[^"\\]|\\.)*")', text)}


def test_every_sentence_of_the_call_is_translated_and_no_other() -> None:
    catalogue = polib.pofile(str(LOCALE_DIR / "sv" / "call.po"))
    assert {entry.msgid for entry in catalogue} == python_sentences() | browser_sentences()
    assert not catalogue.untranslated_entries()
    assert not catalogue.fuzzy_entries()


def test_translations_keep_their_values() -> None:
    for entry in polib.pofile(str(LOCALE_DIR / "sv" / "call.po")):
        wanted, given = (re.findall(r"%\(\w+\)s", text) for text in (entry.msgid, entry.msgstr))
        assert sorted(wanted) == sorted(given), entry.msgid
