"""What a letter is for, and how far it has come. Pure."""

import enum


class Kind(enum.StrEnum):
    """What a letter is for."""

    INVITATION = "invitation"  # what the course is, with a link that signs in
    REMINDER = "reminder"  # what is left, by when; whoever wants none gets none


class State(enum.StrEnum):
    """How far a letter has come."""

    WAITING = "waiting"  # for its time, or for the mail server
    SENDING = "sending"  # a server has taken it up; no other does
    SENT = "sent"  # the mail server has taken it
    FAILED = "failed"  # the mail server will never take it, or has said no too often
    UNSURE = "unsure"  # the connection or our server ended while it was handed over
    STOPPED = "stopped"  # somebody has stopped it, or the person doesn't want it
    UNNEEDED = "unneeded"  # there was nothing left to remind of


#: What an administrator can send once more.
RETRIABLE = (State.FAILED, State.UNSURE, State.STOPPED)
