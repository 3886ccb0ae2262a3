"""The kinds of record about people: what they are called, why they are kept and for how long. Pure.

One table for everything that speaks of them: *my data*, the list of what expires, receipts and the
records of processing. How long stands in `[retention]` of the settings, under the kind's value.
"""

import enum
from dataclasses import dataclass
from datetime import datetime, timedelta

from motesklar.config import RetentionSection
from motesklar.i18n import N_


class Kind(enum.StrEnum):
    """A kind of record that expires by its age; the value is its setting in `[retention]`."""

    ANSWERS = "answers"  # the latest answer to each exercise
    HAND_INS = "hand_ins"  # what was handed in, with nbgrader's files of it
    STEPS = "steps"  # which steps were begun and done
    TESTS = "tests"  # results of the tests of sound, picture and network
    EVIDENCE = "evidence"  # how long sound and picture arrived in the practice call
    LETTERS = "letters"  # invitations and reminders that were sent
    LOG = "log"  # who looked at or changed whose data
    REQUESTS = "requests"  # answered requests for correction or erasure
    FAULTS = "faults"  # reports of faults that are handled
    GUESTS = "guests"  # people without an address who have not been here for long
    UNUSED = "unused"  # people who have never come in
    LEAVERS = "leavers"  # people who have left the organisation


#: Kinds where the whole person goes, with everything that is known about them.
WHOLE_PEOPLE = (Kind.GUESTS, Kind.UNUSED, Kind.LEAVERS)


@dataclass(frozen=True)
class About:
    """What people are told of a kind.

    Args:
        title: msgid of what it is.
        reason: msgid of why it is kept.
        loss: msgid of what is gone when it is erased.
    """

    title: str
    reason: str
    loss: str


ABOUT: dict[Kind, About] = {
    Kind.ANSWERS: About(
        N_("Answers to exercises"),
        N_("So that people can go on where they were"),
        N_("The answers in the exercises are empty again. Results stay."),
    ),
    Kind.HAND_INS: About(
        N_("What was handed in"),
        N_("To check the answers and show how it went"),
        N_("What was handed in is gone, also nbgrader’s files and comments. Points stay."),
    ),
    Kind.STEPS: About(
        N_("Which steps were begun and done"),
        N_("So that people can go on where they were, and to show what is done"),
        N_("The steps are shown as not done. Parts with nothing to hand in are no longer done."),
    ),
    Kind.TESTS: About(
        N_("Results of tests of sound, picture and network"),
        N_("To tell people and workshop leaders what to do about it"),
        N_("The results are gone. People can test again."),
    ),
    Kind.EVIDENCE: About(
        N_("How long sound and picture arrived in the practice call"),
        N_("To see that the exercise is done"),
        N_("The figures are gone. Points stay."),
    ),
    Kind.LETTERS: About(
        N_("Letters that were sent"),
        N_("To see who has been invited and reminded"),
        N_("It can no longer be seen that the letter was sent."),
    ),
    Kind.LOG: About(
        N_("Who looked at or changed whose data"),
        N_("So that misuse can be found"),
        N_("It can no longer be seen who looked at what then."),
    ),
    Kind.REQUESTS: About(
        N_("Answered requests for correction or erasure"),
        N_("To show that the request was answered"),
        N_("Question and answer are gone."),
    ),
    Kind.FAULTS: About(
        N_("Handled reports of faults"),
        N_("To mend what stops people and to answer them"),
        N_("The report is gone, with the address for the answer."),
    ),
    Kind.GUESTS: About(
        N_("Guests without an e-mail address who have not been here for long"),
        N_("So that they can go on where they were"),
        N_("The guests and everything known about them are gone."),
    ),
    Kind.UNUSED: About(
        N_("People who have never come in"),
        N_("So that they can be invited"),
        N_("The people are gone from the list. They can be imported again."),
    ),
    Kind.LEAVERS: About(
        N_("People who have left the organisation"),
        N_("So that what they have done can be shown for a time, and so that they can come back"),
        N_("The people and everything known about them are gone, also what they have completed."),
    ),
}

#: A stored kind to the msgid of what it is.
TITLES = {kind.value: about.title for kind, about in ABOUT.items()}


def days_of(kind: Kind, settings: RetentionSection) -> int:
    """How many days a kind is kept; 0 as long as its person is in the course."""
    return int(getattr(settings, kind.value))


def cutoff(kind: Kind, settings: RetentionSection, now: datetime) -> datetime | None:
    """Records of the kind from before then have expired; None where they never do."""
    days = days_of(kind, settings)
    return now - timedelta(days=days) if days else None
