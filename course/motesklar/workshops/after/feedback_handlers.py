"""Where participants tell what they thought."""

from tornado.web import RequestHandler

from motesklar.errors import UnknownCode
from motesklar.i18n import N_
from motesklar.workshops.after.feedback import WORDS_MAX, AlreadyGiven, Asked, BadFeedback
from motesklar.workshops.handlers import JoinHandler

#: What 1, 2, 3 and 4 stand for.
USEFUL_NAMES = (N_("Not at all"), N_("A little"), N_("Quite"), N_("Very"))
DARE_NAMES = (N_("No"), N_("Hardly"), N_("Rather"), N_("Yes"))


class FeedbackPage(JoinHandler):
    """`GET /w/<code>/feedback`, `POST /w/<code>/feedback`."""

    def get(self, typed: str) -> None:
        """Ask; or thank those who have answered."""
        try:
            asked = self.services.feedback.find(typed, self.person.person_id)
        except UnknownCode as error:
            self.ask_for_code(typed, error)
        else:
            self.show(asked)

    def post(self, typed: str) -> None:
        """Keep the answer, and thank for it."""
        useful, dare, words = (self.field(name) for name in ("useful", "dare", "words"))
        feedback, person = self.services.feedback, self.person.person_id
        try:
            feedback.give(typed, person, _grade(useful), _grade(dare), words)
        except UnknownCode as error:
            self.ask_for_code(typed, error)
        except AlreadyGiven:
            self.go(f"/w/{feedback.find(typed, person).join_code}/feedback")
        except BadFeedback as error:
            told = self.told(error, error.field)
            self.show(feedback.find(typed, person), told, useful=useful, dare=dare, words=words)
        else:
            self.go(f"/w/{feedback.find(typed, person).join_code}/feedback")

    def show(self, asked: Asked, error: dict[str, str] | None = None, **typed: str) -> None:
        """The page, with what was chosen and typed still there."""
        self.render_page(
            "workshops/feedback.html",
            asked=asked,
            error=error,
            typed={"useful": "", "dare": "", "words": ""} | typed,
            useful_names=USEFUL_NAMES,
            dare_names=DARE_NAMES,
            words_max=WORDS_MAX,
        )


def _grade(text: str) -> int:
    return int(text) if text in ("1", "2", "3", "4") else 0


ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (r"/w/([^/]{1,60})/feedback", FeedbackPage),
]
