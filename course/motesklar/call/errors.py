"""What can keep somebody out of a call, or end it: each with what to do next.

NotFound
└── NoSuchRoom
Forbidden
└── NotLeader
Conflict
├── Replaced
├── TooManyCalls
├── EndedByLeader
└── Removed
Unavailable
├── RoomFull
├── NoPlace
├── Busy
├── CallsDown
└── MediaBlocked
MotesklarError
└── TimeUp
"""

from gettext import NullTranslations

from motesklar.call.messages import ErrorMessage
from motesklar.errors import (
    Conflict,
    Forbidden,
    MotesklarError,
    NotFound,
    Unavailable,
    explained,
)
from motesklar.i18n import N_


class NoSuchRoom(NotFound):
    """No room with this address, or none for this person: told alike, so that none can be found."""

    code = "no_such_room"
    message = N_("This room does not exist, or it has ended.")
    next_step = N_("Go back to the page that you came from, or ask the person who leads the group.")


class NotLeader(Forbidden):
    """Only who leads the room may do this."""

    code = "not_leader"
    message = N_("Only the person who leads the room can do that.")
    next_step = N_("Ask the person who leads the room.")


class Replaced(Conflict):
    """The same person has opened the call somewhere else."""

    code = "replaced"
    message = N_("The call goes on in another window or on another device.")
    next_step = N_("Press the button if you want to continue here instead.")


class TooManyCalls(Conflict):
    """One person is in as many calls as one may be."""

    code = "too_many_calls"
    message = N_("You are already in a call in another window.")
    next_step = N_("Leave that call first, and press the button again.")


class EndedByLeader(Conflict):
    """The leader has ended the room for everybody."""

    code = "ended_by_leader"
    message = N_("The room has ended for everybody.")
    next_step = N_("You can close this page, or go back to the page that you came from.")


class Removed(Conflict):
    """The person now belongs to another room."""

    code = "removed"
    message = N_("You no longer belong to this room.")
    next_step = N_("Go back to the page that you came from: it shows where you belong now.")


class RoomFull(Unavailable):
    """As many are in the room as may be."""

    code = "room_full"
    message = N_("The room is full.")
    next_step = N_("Wait until somebody leaves it, or ask the person who leads the group.")


class NoPlace(Unavailable):
    """As many are in calls as may be."""

    code = "no_place"
    message = N_("Everybody is practising right now, and all places in the call are taken.")
    next_step = N_("Wait a few minutes and press the button again.")


class Busy(Unavailable):
    """The machine has as much to do as it can do well."""

    code = "busy"
    message = N_("Many are practising right now, and one more would disturb the others.")
    next_step = N_("Wait a minute and press the button again.")


class CallsDown(Unavailable):
    """No worker runs; the log says why."""

    code = "calls_down"
    message = N_("The calls can't be reached right now.")
    next_step = N_(
        "Wait a few minutes and press the button again. If that does not help, ask for help."
    )


class MediaBlocked(Unavailable):
    """The websocket works, but no sound or picture gets through. The call goes on in writing."""

    code = "media_blocked"
    message = N_("Sound and picture don't get through on this network.")
    next_step = N_(
        "You can go on by writing. Try another network later, or ask your IT support for help."
    )


class TimeUp(MotesklarError):
    """The call has lasted as long as it may."""

    code = "time_up"
    message = N_("The practice call has ended because its time is up.")
    next_step = N_("Everything is saved. Press the button if you want to practise again.")


def as_message(error: MotesklarError, translation: NullTranslations) -> ErrorMessage:
    """What a page is told of an error, in the language of `translation`."""
    return ErrorMessage.model_validate(explained(error, translation))
