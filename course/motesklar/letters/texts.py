"""The words of invitations and reminders: the shipped ones, or an organisation's own.

A letter is a subject and paragraphs of lines. An own text is a file such as
`texts/sv/letter-reminder.md` in the organisation's folder: `# Subject` first, then paragraphs with
`{name}` and the like in them.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from motesklar.accounts.people_csv import tidy
from motesklar.i18n import N_, Translation
from motesklar.letters.states import Kind

#: Kind to the own text's file name without `.md`.
OWN_TEXTS: Mapping[Kind, str] = {
    Kind.INVITATION: "letter-invitation",
    Kind.REMINDER: "letter-reminder",
}
#: What may stand in braces; a line in which one of these is empty is left out.
FIELDS = (
    "name",
    "organisation",
    "course",
    "modules",
    "minutes",
    "due",
    "link",
    "until",
    "phone",
    "email",
    "stop",
)
#: What a letter is no use without.
NEEDED: Mapping[Kind, tuple[str, ...]] = {
    Kind.INVITATION: ("link",),
    Kind.REMINDER: ("link", "stop"),
}
_FIELD = re.compile(r"\{(\w+)\}")
_MSGID_FIELD = re.compile(r"%\((\w+)\)s")

_SHIPPED: Mapping[Kind, tuple[str, Sequence[Sequence[str]]]] = {
    Kind.INVITATION: (
        N_("Welcome to the course %(course)s"),
        (
            (N_("Hello %(name)s!"),),
            (
                N_(
                    "%(organisation)s invites you to %(course)s, a course on the web where you "
                    "learn to hold meetings by video. You do not have to know anything "
                    "beforehand, and you go at your own pace."
                ),
            ),
            (
                N_(
                    "It takes about %(minutes)s minutes in all. You can stop whenever you like "
                    "and go on another day."
                ),
                N_("Please be done by %(due)s."),
            ),
            (N_("Begin here:"), "%(link)s"),
            (
                N_(
                    "Open the link and press the button on the page. The link is yours alone and "
                    "works once, until %(until)s. After that you stay signed in on the device "
                    "you used."
                ),
            ),
            (
                N_("If something does not work, call %(phone)s."),
                N_("You can also write to %(email)s."),
            ),
            (N_("Kind regards,\n%(organisation)s"),),
        ),
    ),
    Kind.REMINDER: (
        N_("What is left for you in the course %(course)s"),
        (
            (N_("Hello %(name)s!"),),
            (N_("This is left for you in the course %(course)s:"), "%(modules)s"),
            (
                N_("It takes about %(minutes)s minutes."),
                N_("Please be done by %(due)s."),
            ),
            (N_("Go on where you were:"), "%(link)s"),
            (
                N_(
                    "The link is yours alone and works once, until %(until)s. If it has stopped "
                    "working, open the course as usual."
                ),
            ),
            (
                N_("If something does not work, call %(phone)s."),
                N_("You can also write to %(email)s."),
            ),
            (N_("Kind regards,\n%(organisation)s"),),
            (N_("Do you not want reminders? Stop them here, without signing in:"), "%(stop)s"),
        ),
    ),
}


@dataclass(frozen=True)
class Words:
    """A letter's words, filled in: paragraphs of lines."""

    subject: str
    paragraphs: tuple[tuple[str, ...], ...]

    @property
    def text(self) -> str:
        """The letter as plain text."""
        return "\n\n".join("\n".join(lines) for lines in self.paragraphs) + "\n"


def write_words(
    kind: Kind, translation: Translation, values: Mapping[str, str], own: str | None = None
) -> Words:
    """The words of one letter.

    Args:
        kind: which letter.
        translation: the reader's language.
        values: a text for each of `FIELDS`; an empty one takes its line away.
        own: the organisation's own text for that kind and language.
    """
    if own is not None:
        subject, paragraphs = _read_own(own)
        return _filled(subject, paragraphs, values, _FIELD)
    msgid, shipped = _SHIPPED[kind]
    told = [[_translated(line, translation) for line in lines] for lines in shipped]
    return _filled(translation.gettext(msgid), told, values, _MSGID_FIELD)


def find_own(overlay: Path | None, kind: Kind, language: str) -> str | None:
    """The organisation's own text, or None where the shipped one stands."""
    if overlay is None:
        return None
    try:
        path = overlay / "texts" / language / f"{OWN_TEXTS[kind]}.md"
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


def problems_of(kind: Kind, own: str) -> list[str]:
    """What is wrong with an own text, a sentence each, in English for the command line."""
    used = set(_FIELD.findall(own))
    problems = []
    if not own.lstrip().startswith("# "):
        problems.append("must begin with a line '# Subject of the letter'")
    unknown = sorted(used - set(FIELDS))
    if unknown:
        known = ", ".join(f"{{{name}}}" for name in FIELDS)
        problems.append(f"has {{{unknown[0]}}}, which stands for nothing; accepted: {known}")
    problems += [
        f"has no {{{name}}}, without which the letter is no use"
        for name in NEEDED[kind]
        if name not in used
    ]
    return problems


def _translated(line: str, translation: Translation) -> str:
    return line if line.startswith("%(") and line.endswith(")s") else translation.gettext(line)


def _read_own(own: str) -> tuple[str, list[list[str]]]:
    heading, _, rest = own.strip().partition("\n")
    paragraphs = [block.split("\n") for block in re.split(r"\n[ \t]*\n", rest.strip())]
    return heading.removeprefix("#").strip(), paragraphs


def _filled(
    subject: str,
    paragraphs: Iterable[Iterable[str]],
    values: Mapping[str, str],
    field: re.Pattern[str],
) -> Words:
    def fill(line: str) -> str:
        # one pass: what somebody is called is never read as a field
        return field.sub(lambda found: values.get(found[1], found[0]), line)

    told = (
        tuple(
            part
            for line in lines
            if all(values.get(name, name) for name in field.findall(line))
            for part in fill(line).split("\n")
        )
        for lines in paragraphs
    )
    return Words(tidy(fill(subject)), tuple(lines for lines in told if lines))
