"""What the course knows about somebody, in words that they understand. Pure.

`accounts.records` hands out every row; here each kind of row has its title, why it is there, how
long it stays and what its columns are called. A table without a part here would be left out of the
page, so a test compares the two.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from babel.numbers import format_decimal

from motesklar.config import Settings
from motesklar.equipment.verdicts import VERDICT_FACT
from motesklar.i18n import N_, Translation
from motesklar.privacy.kinds import Kind, days_of
from motesklar.privacy.words import VALUES

_AS_LONG = N_("As long as you are in the course")
_DAYS = N_("%(days)s days")

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Part:
    """A kind of row as the person is told of it.

    Args:
        key: in what `accounts.records` hands out.
        kept: how long, as a msgid, or the kind whose setting says it.
        columns: column to msgid of what it is called; others say nothing to anybody.
        only: which of the rows.
    """

    key: str
    title: str
    reason: str
    kept: str | Kind
    columns: Mapping[str, str]
    only: Callable[[Row], bool] = lambda row: True


@dataclass(frozen=True)
class Group:
    """Parts that belong together."""

    title: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class ToldPart:
    """A part in the reader's language.

    Args:
        entries: each row as pairs of what it is called and what it says.
    """

    key: str
    title: str
    reason: str
    kept: str
    entries: list[list[tuple[str, str]]]


@dataclass(frozen=True)
class ToldGroup:
    """A group in the reader's language."""

    title: str
    parts: list[ToldPart]

    @property
    def count(self) -> int:
        """Entries in all of its parts."""
        return sum(len(part.entries) for part in self.parts)


_MODULE = {"module": N_("Part of the course")}
_WORKSHOP_DAYS = N_("%(workshop_days)s days after the workshop")

GROUPS = (
    Group(
        N_("Who you are"),
        (
            Part(
                "person",
                N_("You"),
                N_("To sign you in and to know which pages are yours"),
                N_("Until you have left, and %(leaver_days)s days after it"),
                {
                    "name": N_("Name"),
                    "email": N_("E-mail address"),
                    "department": N_("Department"),
                    "role": N_("Your part in the course"),
                    "sees": N_("Departments whose people you see"),
                    "language": N_("Language"),
                    "short_way": N_("You have chosen the shortest way"),
                    "reminders": N_("You want reminders"),
                    "created_at": N_("Added"),
                    "informed_at": N_("You were told about this"),
                    "left_at": N_("You left the organisation"),
                    "subject": N_("Your number in the organisation’s sign-in"),
                    "id": N_("Your number in the course"),
                },
            ),
            Part(
                "sessions",
                N_("Devices where you are signed in"),
                N_("So that you do not have to sign in on every page"),
                N_("%(session_days)s days without use, or until you sign out"),
                {
                    "created_at": N_("Signed in"),
                    "seen_at": N_("Last used"),
                    "expires_at": N_("Ends"),
                    "shared_device": N_("Several people use the device"),
                },
            ),
            Part(
                "sign_in_links",
                N_("Links and codes to sign in"),
                N_("To sign you in"),
                N_("%(link_days)s days at most"),
                {"created_at": N_("Made"), "expires_at": N_("Ends"), "used_at": N_("Used")},
            ),
            Part(
                "link_requests",
                N_("You have asked for a new link"),
                N_("So that an administrator can give you one"),
                N_("Until you have signed in"),
                {"requested_at": N_("Asked"), "case_code": N_("Code")},
            ),
        ),
    ),
    Group(
        N_("What you have done in the course"),
        (
            Part(
                "completions",
                N_("What is done"),
                N_("To show what is done"),
                _AS_LONG,
                _MODULE
                | {
                    "state": N_("State"),
                    "at": N_("When"),
                    "decided_by": N_("Decided by, as a number in the course"),
                },
            ),
            Part(
                "results",
                N_("Points"),
                N_("To show you how it went"),
                _AS_LONG,
                _MODULE
                | {"score": N_("Points"), "max_score": N_("of"), "handed_in_at": N_("Handed in")},
            ),
            Part(
                "comments",
                N_("What reviewers have written about your answers"),
                N_("To help you on"),
                Kind.HAND_INS,
                _MODULE | {"comment": N_("Words")},
            ),
            Part(
                "decisions",
                N_("What a reviewer has decided"),
                N_("So that you and others can see who decided what and why"),
                _AS_LONG,
                _MODULE
                | {
                    "kind": N_("Decision"),
                    "before": N_("Before"),
                    "after": N_("After"),
                    "words": N_("Words"),
                    "at": N_("When"),
                },
            ),
            Part(
                "certificates",
                N_("Your certificate"),
                N_("So that you can show that you have gone through the course"),
                _AS_LONG,
                {"code": N_("Code"), "issued_at": N_("Issued"), "show_name": N_("Shows your name")},
            ),
            Part(
                "attempts",
                N_("What you have handed in"),
                N_("To check the answers and show how it went"),
                Kind.HAND_INS,
                _MODULE
                | {
                    "handed_in_at": N_("Handed in"),
                    "state": N_("State"),
                    "score": N_("Points"),
                    "max_score": N_("of"),
                    "answers": N_("Answers"),
                },
            ),
            Part(
                "answers",
                N_("Your latest answers"),
                N_("So that you can go on where you were"),
                Kind.ANSWERS,
                _MODULE
                | {"exercise": N_("Exercise"), "value": N_("Answer"), "saved_at": N_("Saved")},
            ),
            Part(
                "facts",
                N_("Which steps you have begun and done"),
                N_("So that you can go on where you were, and to show what is done"),
                Kind.STEPS,
                _MODULE | {"step": N_("Step"), "kind": N_("What happened"), "at": N_("When")},
                only=lambda row: row["kind"] != VERDICT_FACT,
            ),
            Part(
                "evidence",
                N_("What arrived in the practice call, but never sound or picture itself"),
                N_("To see that the exercise is done"),
                Kind.EVIDENCE,
                _MODULE
                | {
                    "sound_seconds": N_("Seconds of sound"),
                    "picture_seconds": N_("Seconds of picture"),
                    "text_characters": N_("Characters of text"),
                    "tasks": N_("Tasks that are done"),
                    "updated_at": N_("When"),
                },
            ),
            Part(
                "notes",
                N_("What you have written to yourself"),
                N_("So that you can read it again; nobody else sees it"),
                _AS_LONG,
                {"words": N_("Words"), "saved_at": N_("Saved")},
            ),
        ),
    ),
    Group(
        N_("Your sound, picture and network"),
        (
            Part(
                "facts",
                N_("Results of your tests"),
                N_("To tell you and a workshop leader what to do about it"),
                Kind.TESTS,
                {"detail": N_("Result"), "at": N_("When")},
                only=lambda row: row["kind"] == VERDICT_FACT,
            ),
            Part(
                "equipment_reports",
                N_("Reports for whoever helps you"),
                N_("So that whoever you give the code can see what to do"),
                N_("%(report_days)s days, or until you remove them"),
                {
                    "code": N_("Code"),
                    "created_at": N_("Made"),
                    "expires_at": N_("Ends"),
                    "content": N_("What it says"),
                },
            ),
        ),
    ),
    Group(
        N_("Workshops"),
        (
            Part(
                "workshops",
                N_("Workshops you have been in"),
                N_("So that the leader can help you"),
                _WORKSHOP_DAYS,
                {
                    "title": N_("Workshop"),
                    "joined_at": N_("Joined"),
                    "table_number": N_("Table"),
                    "remote": N_("Somewhere else than in the hall"),
                    "hand_raised_at": N_("Hand up since"),
                },
            ),
            Part(
                "roster_entries",
                N_("Workshops that expect you"),
                N_("So that the leader can invite and remind you, and see who has come"),
                _WORKSHOP_DAYS,
                {"name": N_("Name"), "email": N_("E-mail address"), "department": N_("Department")},
            ),
            Part(
                "call_stays",
                N_("When you were in a workshop’s calls"),
                N_("So that the leader can see who took part"),
                _WORKSHOP_DAYS,
                {"entered_at": N_("From"), "until": N_("To")},
            ),
            Part(
                "room_members",
                N_("Rooms you have been given in a workshop"),
                N_("So that you find your room"),
                _WORKSHOP_DAYS,
                {"round": N_("Division"), "room_id": N_("Room")},
            ),
            Part(
                "questions",
                N_("What you have asked for help with"),
                N_("So that those who help can answer"),
                N_("The words until the workshop ends, the rest as the workshop"),
                {
                    "topic": N_("About"),
                    "words": N_("Words"),
                    "asked_at": N_("Asked"),
                    "closed_at": N_("Helped"),
                },
            ),
            Part(
                "workshop_words",
                N_("What you have written in a workshop"),
                N_("So that others in the workshop can read it"),
                N_("Until the workshop ends"),
                {"words": N_("Words"), "at": N_("When")},
            ),
            Part(
                "workshop_roles",
                N_("Workshops where you lead, help or write captions"),
                N_("So that you see its pages"),
                _WORKSHOP_DAYS,
                {"part": N_("Your part"), "workshop_id": N_("Workshop")},
            ),
            Part(
                "workshops_led",
                N_("Workshops you have made"),
                N_("So that you can lead them"),
                _AS_LONG,
                {"title": N_("Workshop"), "created_at": N_("Made"), "ended_at": N_("Ended")},
            ),
        ),
    ),
    Group(
        N_("Your meeting account and your trips"),
        (
            Part(
                "meeting_accounts",
                N_("Your account in the meeting service"),
                N_("To order one for you and to see how many have one"),
                _AS_LONG,
                {
                    "state": N_("State"),
                    "wanted_at": N_("Wanted"),
                    "ordered_at": N_("Ordered"),
                    "opened_at": N_("Opened"),
                    "met_at": N_("First meeting"),
                    "confirmed": N_("Confirmed by the one who opens accounts"),
                },
            ),
            Part(
                "saved_trips",
                N_("Trips that you have told you did not need"),
                N_("To reckon what travel has been saved, never for one person"),
                _AS_LONG,
                {
                    "month": N_("Month"),
                    "kilometres": N_("Kilometres one way"),
                    "meetings": N_("Meetings"),
                    "people": N_("People"),
                    "told_at": N_("Told"),
                },
            ),
        ),
    ),
    Group(
        N_("Letters, requests and who has looked"),
        (
            Part(
                "outgoing_letters",
                N_("Letters to you"),
                N_("To see who has been invited and reminded"),
                Kind.LETTERS,
                {
                    "kind": N_("Kind"),
                    "subject": N_("Subject"),
                    "state": N_("State"),
                    "created_at": N_("Made"),
                    "sent_at": N_("Sent"),
                },
            ),
            Part(
                "data_requests",
                N_("What you have asked for"),
                N_("To answer you"),
                Kind.REQUESTS,
                {
                    "kind": N_("Kind"),
                    "words": N_("Words"),
                    "asked_at": N_("Asked"),
                    "answer": N_("Answer"),
                    "answered_at": N_("Answered"),
                },
            ),
            Part(
                "saved_views",
                N_("Views of the review table that you have saved"),
                N_("So that you find them again"),
                _AS_LONG,
                {"name": N_("Name"), "query": N_("What is chosen")},
            ),
            Part(
                "export_jobs",
                N_("Files that you have asked for"),
                N_("So that you can fetch them"),
                N_("Until the link to the file has expired"),
                {
                    "kind": N_("Kind"),
                    "state": N_("State"),
                    "created_at": N_("Made"),
                    "expires_at": N_("Ends"),
                },
            ),
            Part(
                "log",
                N_("Who has looked at or changed your data, and what you have done with others’"),
                N_("So that misuse can be found"),
                Kind.LOG,
                {
                    "at": N_("When"),
                    "action": N_("What happened"),
                    "actor_id": N_("By, as a number in the course"),
                    "subject": N_("About"),
                },
            ),
        ),
    ),
)


class Teller:
    """Tells in one language.

    Args:
        titles: module name to its title.
        shown_time: a time as the reader writes it.
    """

    def __init__(
        self,
        translation: Translation,
        settings: Settings,
        titles: Mapping[str, str],
        shown_time: Callable[[datetime], str],
    ) -> None:
        self.translation = translation
        self.settings = settings
        self.titles = titles
        self.shown_time = shown_time

    def tell(self, known: Mapping[str, Any]) -> list[ToldGroup]:
        """All of it, in groups; parts of which nothing is known are left out."""
        rows = {name: value for name, value in known.items() if isinstance(value, list)}
        rows |= dict(known.get("gradebook", {})) | {"person": [known["person"]]}
        groups = []
        for group in GROUPS:
            parts = [self._part(part, rows.get(part.key, ())) for part in group.parts]
            told = [part for part in parts if part.entries]
            if told:
                groups.append(ToldGroup(self.translation.gettext(group.title), told))
        return groups

    @staticmethod
    def parts() -> list[Part]:
        """All there are."""
        return [part for group in GROUPS for part in group.parts]

    def kept(self, kept: str | Kind) -> str:
        """How long, as a sentence."""
        values = {
            "session_days": self.settings.signin.session_days,
            "link_days": self.settings.signin.link_days,
            "report_days": self.settings.equipment.report_days,
            "leaver_days": self.settings.retention.leavers,
            "workshop_days": self.settings.workshops.keep_days,
        }
        if isinstance(kept, Kind):
            values["days"] = days_of(kept, self.settings.retention)
            kept = _DAYS if values["days"] else _AS_LONG
        sentence = self.translation.gettext(kept)
        return sentence % values if "%(" in sentence else sentence

    def _part(self, part: Part, rows: Iterable[Row]) -> ToldPart:
        gettext = self.translation.gettext
        entries = [self._entry(part, row) for row in rows if part.only(row)]
        return ToldPart(
            part.key,
            gettext(part.title),
            gettext(part.reason),
            self.kept(part.kept),
            [entry for entry in entries if entry],
        )

    def _entry(self, part: Part, row: Row) -> list[tuple[str, str]]:
        pairs = []
        for column, label in part.columns.items():
            value = row.get(column)
            if value not in (None, "", [], {}):
                pairs.append((self.translation.gettext(label), self._value(column, value)))
        return pairs

    def _value(self, column: str, value: Any) -> str:
        gettext = self.translation.gettext
        if isinstance(value, bool):
            return gettext(N_("yes")) if value else gettext(N_("no"))
        if column == "module":
            return self.titles.get(value, str(value))
        if isinstance(value, dict):
            if set(value) == {"value"}:
                return self._value("", value["value"])
            return ", ".join(f"{name}: {self._value('', one)}" for name, one in value.items())
        if isinstance(value, list):
            return ", ".join(self._value("", one) for one in value)
        if isinstance(value, str):
            at = _time(value)
            if at is not None:
                return self.shown_time(at)
            return gettext(VALUES[value]) if value in VALUES else value
        if isinstance(value, float):
            return str(format_decimal(value, locale=self.translation.language))
        return str(value)


def _time(text: str) -> datetime | None:
    if not text.endswith("Z") or "T" not in text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return None
