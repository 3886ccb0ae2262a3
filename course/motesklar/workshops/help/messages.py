"""What is told about questions and words, live and as JSON, and what pages ask for. Pure.

`HelpMessage` is read by `static/js/help_view.js` and `static/js/words_board.js`,
`MyWorkshopMessage` by `static/js/my_workshop_live.js`, `CaptionsMessage` by
`static/js/captions.js`.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from motesklar.i18n import Translation
from motesklar.store.models import iso
from motesklar.workshops.help.line import Answered, Asked, Line
from motesklar.workshops.help.topics import TOPICS, Topic
from motesklar.workshops.help.words import Kind, Wall, Written
from motesklar.workshops.roles import Part

#: A frame of JSON is refused above this; how long words may be is told in words, see `topics.py`.
_TYPED_MAX = 4000


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True)


class WrittenMessage(_Message):
    """A line; its time is UTC in ISO 8601 with a `Z`."""

    id: str
    name: str
    words: str
    at: str


class AskedMessage(_Message):
    """A question in line.

    Args:
        person: id of who asks; the board finds their hand by it.
        helper: who is on the way; empty when nobody is.
        mine: the reader is on the way.
    """

    id: str
    person: str
    name: str
    words: str
    place: int
    asked_at: str
    table: str
    remote: bool | None
    helper: str
    mine: bool


class GroupMessage(_Message):
    """All who ask about a topic, in line."""

    topic: Topic
    title: str
    asked: list[AskedMessage]


class HelpMessage(_Message):
    """Everything that those who help see.

    Args:
        leads: the reader leads the workshop, and may give back what others have claimed.
    """

    ended: bool
    leads: bool
    waiting: int
    groups: list[GroupMessage]
    leaders: list[WrittenMessage]
    said: list[WrittenMessage]


class MyQuestionMessage(_Message):
    """One's own question; `helper` is empty while nobody is on the way."""

    id: str
    topic: Topic
    title: str
    words: str
    place: int
    helper: str


class AnswerMessage(_Message):
    """What was answered to all who asked about the same."""

    id: str
    title: str
    words: str


class CaptionMessage(_Message):
    """A line of what is said in the hall."""

    id: str
    words: str


class MyWorkshopMessage(_Message):
    """What a participant is told, and nothing about anybody else."""

    question: MyQuestionMessage | None
    answer: AnswerMessage | None
    said: list[WrittenMessage]
    captions: list[CaptionMessage]


class CaptionsMessage(_Message):
    """The newest lines of what is said in the hall."""

    ended: bool
    captions: list[CaptionMessage]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class QuestionBody(_Body):
    """Which question."""

    question: str = Field(max_length=24)


class AnswerBody(_Body):
    """An answer to all who ask about a topic."""

    topic: Literal["sound", "picture", "network", "account", "course", "other"]
    words: str = Field(max_length=_TYPED_MAX)


class WordsBody(_Body):
    """A line to write."""

    kind: Literal["leaders", "all", "caption"]
    words: str = Field(max_length=_TYPED_MAX)

    @property
    def to(self) -> Kind:
        """To whom."""
        return Kind(self.kind)


def help_message(
    line: Line, wall: Wall, *, part: Part, person_id: str, translation: Translation
) -> HelpMessage:
    """What a helper or leader sees."""
    return HelpMessage(
        ended=line.ended,
        leads=part is Part.LEADER,
        waiting=sum(one.helper_id is None for one in line.asked),
        groups=_groups(line, person_id, translation),
        leaders=[_written(one) for one in wall.leaders],
        said=[_written(one) for one in wall.said],
    )


def my_workshop_message(
    line: Line, wall: Wall, person_id: str, translation: Translation
) -> MyWorkshopMessage:
    """What a participant sees."""
    asked = line.of(person_id)
    answered = line.answers.get(person_id) if asked is None else None
    return MyWorkshopMessage(
        question=_my_question(asked, translation) if asked else None,
        answer=_answer(answered, translation) if answered else None,
        said=[_written(one) for one in wall.said],
        captions=_captions(wall),
    )


def captions_message(wall: Wall) -> CaptionsMessage:
    """What the big screen and whoever writes captions see."""
    return CaptionsMessage(ended=wall.ended, captions=_captions(wall))


def _groups(line: Line, person_id: str, translation: Translation) -> list[GroupMessage]:
    """Topics that somebody asks about, in the order in which they are offered."""
    groups = []
    for topic, title in TOPICS.items():
        asked = [_asked(one, person_id) for one in line.asked if one.topic is topic]
        if asked:
            groups.append(GroupMessage(topic=topic, title=translation.gettext(title), asked=asked))
    return groups


def _asked(asked: Asked, person_id: str) -> AskedMessage:
    return AskedMessage(
        id=asked.id,
        person=asked.person_id,
        name=asked.name,
        words=asked.words,
        place=asked.place,
        asked_at=iso(asked.asked_at),
        table=asked.table,
        remote=asked.remote,
        helper=asked.helper,
        mine=asked.helper_id == person_id,
    )


def _my_question(asked: Asked, translation: Translation) -> MyQuestionMessage:
    return MyQuestionMessage(
        id=asked.id,
        topic=asked.topic,
        title=translation.gettext(TOPICS[asked.topic]),
        words=asked.words,
        place=asked.place,
        helper=asked.helper,
    )


def _answer(answered: Answered, translation: Translation) -> AnswerMessage:
    title = translation.gettext(TOPICS[answered.topic])
    return AnswerMessage(id=answered.id, title=title, words=answered.words)


def _written(line: Written) -> WrittenMessage:
    return WrittenMessage(id=line.id, name=line.name, words=line.words, at=iso(line.at))


def _captions(wall: Wall) -> list[CaptionMessage]:
    return [CaptionMessage(id=one.id, words=one.words) for one in wall.captions]
