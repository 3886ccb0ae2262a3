"""Pages and JSON of help and words: what helpers do, who writes captions, who has which part."""

from tornado.web import RequestHandler

from motesklar.errors import BadRequest
from motesklar.i18n import N_
from motesklar.store.models import Person, Role
from motesklar.web.access import Access
from motesklar.web.base import CourseHandler
from motesklar.workshops.handlers import BoardPage
from motesklar.workshops.help.live import (
    CaptionsSocket,
    HelpSocket,
    MyWorkshopSocket,
    my_workshop,
    read_captions,
    read_help,
    read_my_workshop,
)
from motesklar.workshops.help.messages import AnswerBody, QuestionBody, WordsBody
from motesklar.workshops.help.topics import WORDS_MAX, Topic
from motesklar.workshops.roles import Part


class SignedInHandler(CourseHandler):
    """Helpers and captioners may be anybody; the managers refuse who has no part."""

    access = Access.SIGNED_IN

    def done(self) -> None:
        """Answer that it is done; the websockets tell what has changed."""
        self.write_json({"done": True})


class HelpPage(SignedInHandler):
    """`GET /workshops/<id>/help`: the line, made for a phone."""

    def get(self, workshop_id: str) -> None:
        """Show it; the line itself comes live."""
        workshops = self.services.workshops
        self.render_page(
            "workshops/help.html",
            workshop=workshops.get_for(workshop_id, self.person, Part.HELPER),
            leads=workshops.roles.part_of(workshop_id, self.person) is Part.LEADER,
            words_max=WORDS_MAX,
        )


class Help(SignedInHandler):
    """`GET /api/workshops/<id>/help`: the line where websockets are blocked."""

    def get(self, workshop_id: str) -> None:
        """Tell it once."""
        self.write_json(read_help(self, workshop_id).model_dump())


class ClaimQuestion(SignedInHandler):
    """`POST /api/workshops/<id>/help/claim`."""

    def post(self, workshop_id: str) -> None:
        """Go to somebody."""
        question = self.read_json(QuestionBody).question
        self.services.workshops.questions.claim(workshop_id, question, self.person)
        self.done()


class LetGo(SignedInHandler):
    """`POST /api/workshops/<id>/help/let-go`."""

    def post(self, workshop_id: str) -> None:
        """Give somebody back to the line."""
        question = self.read_json(QuestionBody).question
        self.services.workshops.questions.let_go(workshop_id, question, self.person)
        self.done()


class CloseQuestion(SignedInHandler):
    """`POST /api/workshops/<id>/help/close`."""

    def post(self, workshop_id: str) -> None:
        """Somebody has been helped."""
        question = self.read_json(QuestionBody).question
        self.services.workshops.questions.close(workshop_id, question, self.person)
        self.done()


class AnswerTopic(SignedInHandler):
    """`POST /api/workshops/<id>/help/answer`."""

    def post(self, workshop_id: str) -> None:
        """Answer everybody who asks about the same."""
        body = self.read_json(AnswerBody)
        questions = self.services.workshops.questions
        answered = questions.answer(workshop_id, Topic(body.topic), body.words, self.person)
        self.write_json({"answered": answered})


class Write(SignedInHandler):
    """`POST /api/workshops/<id>/words`: to everybody, among those who lead, or as a caption."""

    def post(self, workshop_id: str) -> None:
        """Write a line."""
        body = self.read_json(WordsBody)
        self.services.workshops.words.write(workshop_id, body.to, body.words, self.person)
        self.done()


class CaptionsPage(SignedInHandler):
    """`GET /workshops/<id>/captions`: where captions are written."""

    def get(self, workshop_id: str) -> None:
        """Show it."""
        workshops = self.services.workshops
        self.render_page(
            "workshops/captions.html",
            workshop=workshops.get_for(workshop_id, self.person, Part.CAPTIONER),
            words_max=WORDS_MAX,
        )


class Captions(SignedInHandler):
    """`GET /api/workshops/<id>/captions`: the newest lines where websockets are blocked."""

    def get(self, workshop_id: str) -> None:
        """Tell them once."""
        self.write_json(read_captions(self, workshop_id).model_dump())


class MyWorkshop(SignedInHandler):
    """`GET /api/my-workshop/now`: what a participant is told where websockets are blocked."""

    def get(self) -> None:
        """Tell it once."""
        self.write_json(read_my_workshop(self, my_workshop(self)).model_dump())


class NotALeader(BadRequest):
    """The part of a leader for somebody who may not lead workshops."""

    code = "not_a_leader"
    message = N_("Only somebody who leads workshops in this course can lead yours with you.")
    next_step = N_("Let them help instead, or ask an administrator to make them a leader.")


class GivePart(BoardPage):
    """`POST /workshops/<id>/parts`: a leader gives somebody a part."""

    def post(self, workshop_id: str) -> None:
        """Give it and show the board; or show what was wrong."""
        email, part = self.field("email"), self.field("part")
        if part not in list(Part):
            raise BadRequest
        roles = self.services.workshops.roles
        try:
            roles.check(workshop_id, self.person)
            if Part(part) is Part.LEADER:
                self._check_leader(email)
            roles.give(workshop_id, email, Part(part), self.person)
        except BadRequest as error:
            self.typed_email, self.typed_part = email, part
            self.parts_error = self.told(error, "email")
            self.get(workshop_id)
        else:
            self.go(f"/workshops/{workshop_id}#parts-title")

    def _check_leader(self, email: str) -> None:
        """Whoever leads needs to open the board, which learners can't."""
        with self.services.database.transaction() as session:
            found = session.query(Person).filter_by(email=email.strip().lower()).one_or_none()
            if found is not None and found.role not in (Role.LEADER, Role.ADMINISTRATOR):
                raise NotALeader


class TakePart(BoardPage):
    """`POST /workshops/<id>/parts/take`: a leader takes it away again."""

    def post(self, workshop_id: str) -> None:
        """Take it; whom they were on the way to stand in line again."""
        person_id = self.field("person")
        workshops = self.services.workshops
        workshops.roles.take(workshop_id, person_id, self.person)
        workshops.questions.free(workshop_id, person_id)
        workshops.words.known.set_changed(workshop_id)
        self.go(f"/workshops/{workshop_id}#parts-title")


_WORKSHOP = r"(w-[a-z0-9]{1,18})"
_HELP = rf"/api/workshops/{_WORKSHOP}/help"

ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (rf"/workshops/{_WORKSHOP}/help", HelpPage),
    (rf"/workshops/{_WORKSHOP}/captions", CaptionsPage),
    (rf"/workshops/{_WORKSHOP}/parts", GivePart),
    (rf"/workshops/{_WORKSHOP}/parts/take", TakePart),
    (_HELP, Help),
    (rf"{_HELP}/live", HelpSocket),
    (rf"{_HELP}/claim", ClaimQuestion),
    (rf"{_HELP}/let-go", LetGo),
    (rf"{_HELP}/close", CloseQuestion),
    (rf"{_HELP}/answer", AnswerTopic),
    (rf"/api/workshops/{_WORKSHOP}/words", Write),
    (rf"/api/workshops/{_WORKSHOP}/captions", Captions),
    (rf"/api/workshops/{_WORKSHOP}/captions/live", CaptionsSocket),
    (r"/api/my-workshop", MyWorkshopSocket),
    (r"/api/my-workshop/now", MyWorkshop),
]
