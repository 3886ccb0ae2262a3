"""What it means when a letter is not taken: try again, or say why and what to do. Pure.

A mail server answers with three digits (RFC 5321) and often an enhanced code such as 5.1.1
(RFC 3463). 4xx passes, 5xx does not.
"""

import enum
import re
from datetime import timedelta

from motesklar.i18n import N_

#: Between the tries of a letter that is refused for the moment (greylisting, full boxes).
_WAITS = tuple(timedelta(minutes=minutes) for minutes in (5, 20, 60, 4 * 60, 24 * 60))
#: Between one try and the next at a mail server that can't be reached.
_SERVER_WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 15))
_ENHANCED = re.compile(r"\b[45]\.(\d{1,3})\.(\d{1,3})\b")
_SAID_MAX = 200


class Reason(enum.StrEnum):
    """Why a letter was not sent."""

    NONE = ""
    UNKNOWN_ADDRESS = "address"  # nobody has it
    FULL = "full"  # the box has no room, or the letter is too big for it
    REFUSED = "refused"  # the server doesn't let us write to them
    GIVEN_UP = "given-up"  # refused for the moment, again and again
    INTERRUPTED = "interrupted"  # nobody knows whether it was taken
    BY_HAND = "by-hand"  # an administrator stopped it
    UNWANTED = "unwanted"  # the person wants no reminders
    HAS_LEFT = "left"  # no longer with the organisation
    NO_ADDRESS = "no-address"
    NOTHING_LEFT = "nothing-left"
    FAULT = "fault"  # ours: the log says more


#: Reason to what happened and what to do now.
WORDS: dict[Reason, tuple[str, str]] = {
    Reason.UNKNOWN_ADDRESS: (
        N_("The mail server says that nobody has this address."),
        N_("Correct the address among People, then send the letter again."),
    ),
    Reason.FULL: (
        N_("The mailbox has no room."),
        N_("Tell the person in another way, or send again in some days."),
    ),
    Reason.REFUSED: (
        N_("The mail server does not let us write to this address."),
        N_("Ask whoever runs the mail server, with what it said. Then send the letter again."),
    ),
    Reason.GIVEN_UP: (
        N_("The mail server has said “not now” for more than a day."),
        N_("Ask whoever runs the mail server, with what it said. Then send the letter again."),
    ),
    Reason.INTERRUPTED: (
        N_("The connection broke while the letter was handed over. It may have come through."),
        N_("Ask the person, or send it again: at worst they get it twice."),
    ),
    Reason.BY_HAND: (N_("An administrator stopped it."), N_("Send it again if it is wanted.")),
    Reason.UNWANTED: (N_("The person does not want reminders."), N_("Nothing has to be done.")),
    Reason.HAS_LEFT: (
        N_("The person is no longer with the organisation."),
        N_("Nothing has to be done."),
    ),
    Reason.NO_ADDRESS: (
        N_("The person has no e-mail address in the course."),
        N_("Write the address among People, then send the letter again."),
    ),
    Reason.NOTHING_LEFT: (N_("All was done before it went out."), N_("Nothing has to be done.")),
    Reason.FAULT: (
        N_("The letter could not be written: a fault on our side."),
        N_("Look in the server's log, then send the letter again."),
    ),
}


def reason_of(code: int, said: str) -> Reason:
    """Why a mail server refuses for good."""
    enhanced = _ENHANCED.search(said)
    subject, detail = (int(part) for part in enhanced.groups()) if enhanced else (0, 0)
    if code == 552 or (subject, detail) in ((2, 2), (2, 3), (3, 4)):
        return Reason.FULL
    # 5.1.7 and 5.1.8 are about the sender
    if subject == 1 and detail not in (7, 8):
        return Reason.UNKNOWN_ADDRESS
    if not enhanced and code in (550, 551, 553):
        return Reason.UNKNOWN_ADDRESS
    return Reason.REFUSED


def wait_after(tries: int) -> timedelta | None:
    """How long a letter rests after so many tries; None gives it up."""
    return _WAITS[tries - 1] if tries <= len(_WAITS) else None


def server_wait_after(failures: int) -> timedelta:
    """How long a mail server rests that couldn't be reached so many times in a row."""
    return _SERVER_WAITS[min(failures, len(_SERVER_WAITS)) - 1]


def tidy_answer(code: int, said: bytes | str) -> str:
    """What the server said as one printable line."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return f"{code} {line}"[:_SAID_MAX]
