"""Texts that a leader sends the way they usually reach people: before, and after. Pure.

A line whose value nobody has said is left out.
"""

import enum
from collections.abc import Mapping, Sequence
from gettext import NullTranslations

from motesklar.i18n import N_


class Letter(enum.StrEnum):
    """What the texts are for."""

    INVITATION = "invitation"  # to everybody who is expected
    REMINDER = "reminder"  # to those who have not tested
    CAME = "came"  # afterwards, to those who were there
    MISSED = "missed"  # afterwards, to those who did not come


#: Paragraphs, each of lines.
_LETTERS: Mapping[Letter, Sequence[Sequence[str]]] = {
    Letter.INVITATION: (
        (N_("Welcome to %(title)s!"),),
        (N_("When: %(when)s"), N_("Where: %(place)s")),
        (
            N_(
                "We learn together to meet on the web. You do not have to know anything "
                "beforehand. Bring the computer, tablet or telephone that you use, and "
                "headphones if you have any."
            ),
        ),
        (
            N_("Test sound, picture and network before the day. It takes about a minute:"),
            "%(test)s",
        ),
        (N_("On the day you join here:"), "%(join)s"),
        (N_("If something does not work, call %(phone)s."),),
    ),
    Letter.REMINDER: (
        (N_("Hello!"),),
        (N_("Soon it is time for %(title)s."), N_("When: %(when)s"), N_("Where: %(place)s")),
        (
            N_(
                "Please test sound, picture and network before that, on the device you will use. "
                "It takes about a minute:"
            ),
            "%(test)s",
        ),
        (N_("If something does not work, the page says what to do. You can also call %(phone)s."),),
        (N_("See you!"),),
    ),
    Letter.CAME: (
        (N_("Thank you for being there: %(title)s!"),),
        (
            N_("Tell us what you thought. It takes a minute, and nobody sees who has answered:"),
            "%(feedback)s",
        ),
        (
            N_("All that you have done in the course is kept. Go on whenever you like:"),
            "%(course)s",
        ),
        (N_("Try soon, so that it stays: invite a colleague to a short meeting this week."),),
        (N_("If something does not work, call %(phone)s."),),
    ),
    Letter.MISSED: (
        (N_("Hello!"),),
        (
            N_(
                "We missed you at %(title)s. You can take the course by yourself, a little at a "
                "time, when it suits you:"
            ),
            "%(course)s",
        ),
        (
            N_("Begin by testing sound, picture and network:"),
            "%(test)s",
        ),
        (N_("If something does not work, call %(phone)s."),),
    ),
}


def write_letter(letter: Letter, translation: NullTranslations, values: Mapping[str, str]) -> str:
    """The text.

    Args:
        letter: which one.
        translation: the language.
        values: `title`, `when`, `place`, `test`, `join`, `feedback`, `course` and `phone`.
    """
    paragraphs = [
        [_line(line, translation, values) for line in lines if _said(line, values)]
        for lines in _LETTERS[letter]
    ]
    return "\n\n".join("\n".join(lines) for lines in paragraphs if lines)


def _line(line: str, translation: NullTranslations, values: Mapping[str, str]) -> str:
    return (line if line.startswith("%(") else translation.gettext(line)) % values


def _said(line: str, values: Mapping[str, str]) -> bool:
    return all(value or f"%({name})s" not in line for name, value in values.items())
