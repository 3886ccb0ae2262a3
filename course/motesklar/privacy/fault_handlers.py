"""A form for whoever could not use a page, and the list of what was reported."""

from urllib.parse import urlsplit

from tornado.web import RequestHandler

from motesklar.accounts.forms import FieldError
from motesklar.errors import BadRequest, TooMany
from motesklar.privacy.my_handlers import PrivacyHandler
from motesklar.web.access import Access


class Report(PrivacyHandler):
    """`/accessibility/report`: tell of a fault, signed in or not."""

    access = Access.PUBLIC

    def get(self) -> None:
        """The form, with the page that the visitor came from filled in."""
        self.show(page=self.came_from())

    def post(self) -> None:
        """Save it, or say what is wrong beside the field."""
        typed = {name: self.field(name) for name in ("page", "words", "contact")}
        try:
            number = self.services.privacy.faults.report(**typed, browser=self.browser())
        except (BadRequest, TooMany) as error:
            self.show(self.tell(error, "words"), **typed)
            return
        self.render_page(
            "privacy/fault_thanks.html",
            number=number,
            wants_answer=bool(typed["contact"].strip()),
            days=self.services.settings.accessibility.answer_days,
        )

    def show(self, error: FieldError | None = None, **typed: str) -> None:
        """The form, with an error beside its field and what was typed still there."""
        self.set_header("Cache-Control", "no-store")
        self.render_page(
            "privacy/fault_form.html",
            error=error,
            typed={"page": "", "words": "", "contact": ""} | typed,
            days=self.services.settings.accessibility.answer_days,
        )

    def came_from(self) -> str:
        """The path of our page that led here; secrets in links and codes are left out."""
        found = urlsplit(self.request.headers.get("Referer", ""))
        if found.netloc != self.request.host:
            return ""
        parts = found.path.split("/")
        secret = next((i for i, part in enumerate(parts) if part in _SECRET), len(parts))
        return "/".join(parts[: secret + 1])


#: What follows them in an address is for one person alone.
_SECRET = ("link", "device")


class Reports(PrivacyHandler):
    """`GET /accessibility/reports`: what was reported, for administrators."""

    def get(self) -> None:
        """Those that wait, then those that are handled."""
        faults = self.services.privacy.faults
        self.accounts.note(self.person.person_id, "faults viewed", "")
        self.render_page(
            "privacy/faults.html",
            waiting=faults.listed(handled=False),
            handled=faults.listed(handled=True),
            days=self.services.settings.accessibility.answer_days,
        )


class Handled(PrivacyHandler):
    """`POST /accessibility/reports/<id>/handled`."""

    def post(self, report_id: str) -> None:
        """It is mended or answered."""
        self.services.privacy.faults.handle(report_id)
        self.go(self.url("/accessibility/reports"))


ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (r"/accessibility/report", Report),
    (r"/accessibility/reports", Reports),
    (r"/accessibility/reports/(b-[a-z0-9]+)/handled", Handled),
]
