"""What an entry of the log is about, in plain words. Pure."""

import re
from collections.abc import Mapping
from gettext import NullTranslations

from motesklar.i18n import N_
from motesklar.privacy.kinds import TITLES
from motesklar.privacy.log import LogLine
from motesklar.privacy.words import VALUES
from motesklar.review.filters import PLANNED, WHOLE_COURSE, Due, Whole
from motesklar.review.names import DUE_NAMES, WHOLE_NAMES

#: The parts of a filter that say whom somebody looked at; in which order they stood says nothing.
_FILTER = {
    "q": N_("Part of the name"),
    "department": N_("Department"),
    "workshop": N_("Workshop"),
    "plan": N_("Plan"),
    "show": N_("How far"),
    "since": N_("Something done on or after"),
    "until": N_("On or before"),
    "left": N_("Show people who have left, too"),
}
_FIELD = re.compile(rf"(?:^| )({'|'.join(_FILTER)}|sort)=")
#: Whole words that only stand in the log.
_WORDS = {"everybody": N_("Everybody"), "all": N_("all"), "into": N_("merged into")}


class Subjects:
    """Tells subjects to one reader.

    Args:
        modules: name to title.
        named: ids of plans and workshops to what they are called.
    """

    def __init__(
        self, translation: NullTranslations, modules: Mapping[str, str], named: Mapping[str, str]
    ) -> None:
        self._gettext = translation.gettext
        self._modules = modules
        self._named = named

    def words(self, line: LogLine) -> str:
        """What `line` is about; what there are no words for stands as it is stored."""
        first = _FIELD.search(line.subject)
        before = line.subject[: first.start()] if first else line.subject
        told = " ".join(self._word(word, line) for word in before.split())
        if first is None:
            return told
        chosen = self._fields(line.subject[first.start() :]) or [self._gettext(_WORDS["everybody"])]
        return "; ".join([told, *chosen] if told else chosen)

    def _word(self, word: str, line: LogLine) -> str:
        if word.startswith("p-") and line.person and line.subject.startswith(word):
            return line.person
        known = self._modules.get(word) or self._named.get(word)
        msgid = _WORDS.get(word) or TITLES.get(word) or VALUES.get(word)
        return known or (self._gettext(msgid) if msgid else word)

    def _fields(self, text: str) -> list[str]:
        _, *parts = _FIELD.split(text)
        told = []
        for name, value in zip(parts[::2], parts[1::2], strict=True):
            if name == "left":
                told.append(self._gettext(_FILTER[name]))
            elif name != "sort":
                told.append(f"{self._gettext(_FILTER[name])}: {self._value(name, value)}")
        return told

    def _value(self, name: str, value: str) -> str:
        if name != "show":
            return self._named.get(value, value)
        about, _, state = value.partition(":")
        if about == WHOLE_COURSE and state in list(Whole):
            return self._gettext(WHOLE_NAMES[Whole(state)])
        if about == PLANNED and state in list(Due):
            return self._gettext(DUE_NAMES[Due(state)])
        state = self._gettext(VALUES[state]) if state in VALUES else state
        return f"{self._modules.get(about, about)}: {state}"
