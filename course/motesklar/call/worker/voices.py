"""The partner's sentences in each language: spoken, and written."""

from collections.abc import Mapping

from motesklar.call.partner.clips import Clip, load_clips
from motesklar.call.partner.script import Line
from motesklar.i18n import Languages


class Voices:
    """All that the partner can say.

    Args:
        languages: for what is written; one without a voice hears the default one.
        name: what the partner is called.
    """

    def __init__(self, languages: Languages, name: str) -> None:
        self.name = name
        self._languages = languages
        self._clips: dict[str, Mapping[Line, Clip]] = load_clips()

    def seconds(self, language: str) -> dict[Line, float]:
        """How long each line takes."""
        return {line: clip.seconds for line, clip in self._voice(language).items()}

    def spoken(self, language: str, line_name: str) -> tuple[bytes, ...]:
        """A line's Opus packets, by the name of its clip."""
        return self._voice(language)[_LINES[line_name]].packets

    def written(self, language: str, caption: str) -> str:
        """A caption's msgid in the person's language."""
        return self._languages[language].gettext(caption) if caption else ""

    def _voice(self, language: str) -> Mapping[Line, Clip]:
        return self._clips.get(language) or self._clips[self._languages.default]


_LINES = {line.clip: line for line in Line}
