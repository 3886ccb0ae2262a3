"""What a question is about, and the words that people write with it. Pure."""

import enum
from collections.abc import Mapping

from motesklar.errors import BadRequest
from motesklar.i18n import N_

WORDS_MAX = 500


class Topic(enum.StrEnum):
    """What somebody wants help with; `other` also for a hand that says nothing."""

    SOUND = "sound"
    PICTURE = "picture"
    NETWORK = "network"
    ACCOUNT = "account"
    COURSE = "course"
    OTHER = "other"


#: In the order they are offered: the msgid of each.
TOPICS: Mapping[Topic, str] = {
    Topic.SOUND: N_("The sound"),
    Topic.PICTURE: N_("The picture"),
    Topic.NETWORK: N_("The internet connection"),
    Topic.ACCOUNT: N_("My account or password"),
    Topic.COURSE: N_("What I am to do in the course"),
    Topic.OTHER: N_("Something else"),
}


class TooManyWords(BadRequest):
    """More than fits, or nothing at all."""

    code = "too_many_words"
    message = N_("Write at least one word, and at most 500 characters.")
    next_step = N_("Change what you have written and send it again.")


def read_words(typed: str, *, may_be_empty: bool = False) -> str:
    """What somebody wrote, on one line and without what can't be shown.

    Raises:
        TooManyWords: nothing is left, or it is longer than `WORDS_MAX`.
    """
    shown = "".join(one if one.isprintable() else " " for one in typed)
    words = " ".join(shown.split())
    if len(words) > WORDS_MAX or not (words or may_be_empty):
        raise TooManyWords
    return words
