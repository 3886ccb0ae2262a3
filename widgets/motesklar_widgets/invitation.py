"""An invitation to a meeting, as a real calendar file (RFC 5545)."""

import re
from datetime import datetime

from traitlets import Unicode

from motesklar_widgets.exercises import ExerciseWidget

#: What the server reads out of a calendar file, in this order.
FIELDS = ("title", "start", "minutes", "place", "text")
SHORTEST, LONGEST = 5, 480  # minutes
_LINK = re.compile(r"https?://\S+")
#: Shorter than any agenda.
_AGENDA_CHARACTERS = 10


class Invitation(ExerciseWidget):
    """Write an invitation, or give the file of one from the own calendar.

    The answer's value is `{"title", "start", "minutes", "place", "text"}` as the server has read
    it out of the file; `start` is local time, such as `2027-03-01T10:00`.
    """

    _module_name = Unicode("invitation").tag(sync=True)

    def __init__(self, exercise: str, *, question: str) -> None:
        super().__init__(exercise, question=question)


def invitation_works(answer: object) -> bool:
    """Whether guests know what it is about, when, for how long, and how they come in."""
    if not isinstance(answer, dict) or set(answer) != set(FIELDS):
        return False
    minutes = answer["minutes"]
    texts = [str(answer[name]) for name in ("title", "place", "text")]
    agenda = _LINK.sub("", texts[2]).strip()
    return (
        bool(texts[0].strip())
        and _is_time(answer["start"])
        and isinstance(minutes, int)
        and SHORTEST <= minutes <= LONGEST
        and bool(_LINK.search(" ".join(texts[1:])))
        and len(agenda) >= _AGENDA_CHARACTERS
    )


def _is_time(text: object) -> bool:
    try:
        datetime.fromisoformat(str(text))
    except ValueError:
        return False
    return True
