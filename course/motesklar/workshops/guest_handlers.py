"""Taking part in a workshop without an account: its code, a name and a department."""

from tornado.web import RequestHandler

from motesklar.accounts.handlers import SignInForm
from motesklar.errors import BadRequest, NotFound, TooMany, UnknownCode


class SignInGuest(SignInForm):
    """`POST /sign-in/workshop`: a new learner, who then says where they sit and joins."""

    _leads_to = ""

    @property
    def next_page(self) -> str:
        """The workshop, once its code was right."""
        return self._leads_to or super().next_page

    def prepare(self) -> None:
        """There is no such address where everybody has to sign in."""
        super().prepare()
        if not self.services.settings.workshops.guests:
            raise NotFound

    def post(self) -> None:
        """Let them in, or say what is wrong beside the field."""
        code, name = self.field("workshop"), self.field("guest")
        known = self.services.settings.organisation.departments
        department = self.field("department")
        try:
            workshop = self.services.workshops.find_for_guest(code, self.request.remote_ip or "")
            token = self.accounts.sign_in_named(
                name,
                department=department if department in known else "",
                shared_device=self.wants_shared,
            )
        except (UnknownCode, TooMany) as error:
            self.show_sign_in(self.tell(error, "workshop"), workshop=code, guest=name)
        except BadRequest as error:
            self.show_sign_in(self.tell(error, "guest"), workshop=code, guest=name)
        else:
            self._leads_to = self.url(f"/w/{workshop.join_code}")
            self.enter(token, shared_device=self.wants_shared)


ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (r"/sign-in/workshop", SignInGuest),
]
