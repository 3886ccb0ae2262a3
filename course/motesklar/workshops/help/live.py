"""The websockets about questions and words: for those who help, for participants, for captions.

Where websockets are blocked, pages ask for the same by HTTP; see `live_connection.js`.
"""

import time
from collections.abc import Callable

from motesklar.errors import NotFound
from motesklar.web.access import Access
from motesklar.web.base import CourseHandler
from motesklar.workshops.help.messages import (
    CaptionsMessage,
    HelpMessage,
    MyWorkshopMessage,
    captions_message,
    help_message,
    my_workshop_message,
)
from motesklar.workshops.live_socket import LiveSocket, end_all
from motesklar.workshops.manager import Workshops
from motesklar.workshops.roles import Part

#: Eighty participants are not looked up again at each hand that goes up.
SURE_SECONDS = 5.0


class HelpSocket(LiveSocket):
    """`WS /api/workshops/<id>/help/live`: for those who lead the workshop or help in it."""

    access = Access.SIGNED_IN

    def prepare(self) -> None:
        """Refuse everybody else."""
        super().prepare()
        self.services.workshops.roles.check(self.path_args[0], self.person, Part.HELPER)

    def follow(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Hear of questions and words."""
        return follow_both(self.services.workshops, self.path_args[0], listener)

    def read(self) -> tuple[str, bool]:
        """The whole line; it is the last when the workshop is over."""
        message = read_help(self, self.path_args[0])
        return message.model_dump_json(), message.ended


class MyWorkshopSocket(LiveSocket):
    """`WS /api/my-workshop`: what a participant is told; nobody else gets an upgrade."""

    access = Access.SIGNED_IN

    def prepare(self) -> None:
        """Refuse who is in no workshop."""
        super().prepare()
        self._find_workshop()

    def follow(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Hear of the workshop that they are in as the page opens."""
        return follow_both(self.services.workshops, self._workshop_id, listener)

    def read(self) -> tuple[str, bool]:
        """Their question and what is said; over when they are in no workshop any more."""
        ended = self.services.workshops.questions.line(self._workshop_id).ended
        if ended or time.monotonic() > self._sure_until:
            before = self._workshop_id
            self._find_workshop()
            if before != self._workshop_id:
                # they have joined another one on another page: hear of that from here on
                self._unfollow()
                self._unfollow = self.follow(self._on_change)
        return read_my_workshop(self, self._workshop_id).model_dump_json(), False

    def _find_workshop(self) -> None:
        self._workshop_id = my_workshop(self)
        self._sure_until = time.monotonic() + SURE_SECONDS


class CaptionsSocket(LiveSocket):
    """`WS /api/workshops/<id>/captions/live`: for the big screen, and whoever writes captions."""

    access = Access.SIGNED_IN

    def prepare(self) -> None:
        """Refuse everybody else."""
        super().prepare()
        self.services.workshops.roles.check(self.path_args[0], self.person, Part.CAPTIONER)

    def follow(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Hear of words."""
        return self.services.workshops.words.known.subscribe(self.path_args[0], listener)

    def read(self) -> tuple[str, bool]:
        """The newest lines; they are the last when the workshop is over."""
        message = read_captions(self, self.path_args[0])
        return message.model_dump_json(), message.ended


def follow_both(
    workshops: Workshops, workshop_id: str, listener: Callable[[], None]
) -> Callable[[], None]:
    """Call `listener` after each change of questions or words; returns what ends it."""
    return end_all(
        workshops.questions.known.subscribe(workshop_id, listener),
        workshops.words.known.subscribe(workshop_id, listener),
    )


def my_workshop(handler: CourseHandler) -> str:
    """The workshop that the visitor is in.

    Raises:
        NotFound: they are in none.
    """
    membership = handler.services.workshops.membership(handler.person.person_id)
    if membership is None:
        raise NotFound
    return str(membership["id"])


def read_help(handler: CourseHandler, workshop_id: str) -> HelpMessage:
    """What the visitor sees who leads or helps.

    Raises:
        NotFound: they do neither, or not any more.
    """
    workshops = handler.services.workshops
    return help_message(
        workshops.questions.line(workshop_id),
        workshops.words.wall(workshop_id),
        part=workshops.roles.check(workshop_id, handler.person, Part.HELPER),
        person_id=handler.person.person_id,
        translation=handler.translation,
    )


def read_my_workshop(handler: CourseHandler, workshop_id: str) -> MyWorkshopMessage:
    """What the visitor sees who takes part."""
    workshops = handler.services.workshops
    return my_workshop_message(
        workshops.questions.line(workshop_id),
        workshops.words.wall(workshop_id),
        handler.person.person_id,
        handler.translation,
    )


def read_captions(handler: CourseHandler, workshop_id: str) -> CaptionsMessage:
    """What is said in the hall.

    Raises:
        NotFound: the visitor neither leads nor writes captions there.
    """
    workshops = handler.services.workshops
    workshops.roles.check(workshop_id, handler.person, Part.CAPTIONER)
    return captions_message(workshops.words.wall(workshop_id))
