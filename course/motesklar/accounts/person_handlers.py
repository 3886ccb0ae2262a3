"""One person's page: what is saved there is changed, and who has left is marked."""

from tornado.web import RequestHandler

from motesklar.accounts.editing import (
    BadField,
    ChangedMeanwhile,
    LastAdministrator,
    PersonForm,
    read_form,
)
from motesklar.accounts.people import PERSON, PersonPage


class PersonChange(PersonPage):
    """`POST /people/<id>/change`."""

    def get(self, person_id: str) -> None:
        """Somebody reloaded or came back: to the person."""
        self.go(self.url(f"/people/{person_id}"))

    def post(self, person_id: str) -> None:
        """Save, or say what is wrong beside its field; what was typed stays."""
        typed = {name: self.field(name) for name in ("name", "email", "department", "role")}
        sees = [str(one) for one in self.get_body_arguments("sees")]
        everybody = bool(self.field("everybody"))
        shown = typed | {"sees": sees, "everybody": everybody}
        try:
            form = read_form(**typed, sees=sees, everybody=everybody)
            self.accounts.editing.save(
                person_id, form, self.field("mark"), actor_id=self.person.person_id
            )
        except BadField as error:
            self.show_person(person_id, self.tell(error, error.field), shown)
        except LastAdministrator as error:
            self.show_person(person_id, self.tell(error, "role"), shown)
        except ChangedMeanwhile as error:
            saved = PersonForm.of(self.accounts.roster.get(person_id))
            self.show_person(person_id, self.tell(error, "change"), shown, saved.differing(form))
        else:
            self.go(self.url(f"/people/{person_id}"), done="changed")


class PersonLeave(PersonPage):
    """`POST /people/<id>/leave`."""

    def get(self, person_id: str) -> None:
        """Somebody reloaded or came back: to the person."""
        self.go(self.url(f"/people/{person_id}"))

    def post(self, person_id: str) -> None:
        """Sign the person out everywhere, and let them in no more."""
        self.accounts.roster.get(person_id)
        try:
            self.accounts.editing.leave([person_id], actor_id=self.person.person_id)
        except LastAdministrator as error:
            self.show_person(person_id, self.tell(error, "leave"))
            return
        self.services.sessions.sockets.look()
        if self.person.person_id == person_id:
            self.leave()
            self.go(self.url("/sign-in"), done="signed-out")
            return
        self.go(self.url(f"/people/{person_id}"), done="left")


class PersonBack(PersonPage):
    """`POST /people/<id>/back`."""

    def get(self, person_id: str) -> None:
        """Somebody reloaded or came back: to the person."""
        self.go(self.url(f"/people/{person_id}"))

    def post(self, person_id: str) -> None:
        """Let the person sign in again, with a new link."""
        self.accounts.editing.come_back(person_id, actor_id=self.person.person_id)
        self.go(self.url(f"/people/{person_id}"), done="back")


ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (PERSON + r"/change", PersonChange),
    (PERSON + r"/leave", PersonLeave),
    (PERSON + r"/back", PersonBack),
]
