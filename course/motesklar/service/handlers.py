"""The doors to one's own account and notes, and the order list for whoever opens accounts."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from tornado.web import RequestHandler

from motesklar.errors import BadRequest
from motesklar.i18n import N_
from motesklar.service.accounts import FROM
from motesklar.store.models import AccountState, MeetingAccount, iso
from motesklar.web.access import Access
from motesklar.web.base import CourseHandler
from motesklar.web.table_csv import write_csv

STATE_NAMES: Mapping[AccountState, str] = {
    AccountState.WANTED: N_("Wants an account"),
    AccountState.ORDERED: N_("Ordered"),
}


class AccountBody(BaseModel):
    """What a person says about the own account."""

    model_config = ConfigDict(extra="forbid")

    state: AccountState


class NoteBody(BaseModel):
    """A person's words to themselves."""

    model_config = ConfigDict(extra="forbid", strict=True)

    words: str = Field(max_length=500)


class MyAccount(CourseHandler):
    """`GET` and `PUT /api/account`."""

    access = Access.SIGNED_IN

    def get(self) -> None:
        """How far the visitor has come."""
        self.write_json(_view(self.services.meeting_accounts.of_person(self.person.person_id)))

    def put(self) -> None:
        """The visitor says how it is."""
        body = self.read_json(AccountBody)
        accounts = self.services.meeting_accounts
        self.write_json(_view(accounts.tell(self.person.person_id, body.state)))


class MyNote(CourseHandler):
    """`GET` and `PUT /api/notes/<name>`."""

    access = Access.SIGNED_IN

    def get(self, name: str) -> None:
        """The visitor's own words."""
        accounts = self.services.meeting_accounts
        self.write_json({"words": accounts.note(self.person.person_id, name)})

    def put(self, name: str) -> None:
        """Keep them."""
        words = self.read_json(NoteBody).words
        self.services.meeting_accounts.save_note(self.person.person_id, name, words)
        self.write_json({"words": words})


class OrderList(CourseHandler):
    """`GET` and `POST /service/accounts`: who waits for an account."""

    access = Access.ADMINISTRATOR

    def get(self) -> None:
        """The list, and how near the goal is."""
        accounts = self.services.meeting_accounts
        self.render_page(
            "service/accounts.html",
            listed=accounts.order_list(),
            held=accounts.held(),
            goal=self.services.settings.accounts.goal,
            service=self.services.profile.name.get(self.language, ""),
            state_names=STATE_NAMES,
            iso=iso,
            changed=self._changed(),
        )

    def post(self) -> None:
        """Those who were marked are ordered, or opened."""
        told = self.get_body_argument("state", "")
        if told not in {state.value for state in FROM}:
            raise BadRequest
        people = self.get_body_arguments("person")
        changed = self.services.meeting_accounts.confirm(
            self.person.person_id, people, AccountState(told)
        )
        self.redirect(self.url(f"/service/accounts?changed={changed}"))

    def _changed(self) -> int | None:
        text = self.get_query_argument("changed", "")
        return int(text) if text.isdecimal() and len(text) < 6 else None


class OrderCsv(CourseHandler):
    """`GET /service/accounts.csv`: the list as a table, for the one who opens accounts."""

    access = Access.ADMINISTRATOR

    def get(self) -> None:
        """Hand out the file."""
        gettext = self.translation.gettext
        words = (N_("Name"), N_("E-mail address"), N_("Department"), N_("State"), N_("Since"))
        rows = [
            [
                one.person.name,
                one.person.email or "",
                one.person.department,
                gettext(STATE_NAMES[one.state]),
                str(one.ordered_at or one.wanted_at or "").split(" ", 1)[0],
            ]
            for one in self.services.meeting_accounts.order_list()
        ]
        self.set_header("Content-Type", "text/csv; charset=utf-8")
        self.set_header("Content-Disposition", 'attachment; filename="motesklar-accounts.csv"')
        self.finish(write_csv([gettext(word) for word in words], rows))


def _view(account: MeetingAccount) -> dict[str, Any]:
    dates = ("wanted_at", "ordered_at", "opened_at", "met_at")
    found = {name: getattr(account, name) for name in dates}
    told = {name: iso(at) if at else None for name, at in found.items()}
    return {"state": account.state.value, "confirmed": account.confirmed, **told}


ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (r"/api/account", MyAccount),
    (r"/api/notes/([a-z-]{1,30})", MyNote),
    (r"/service/accounts", OrderList),
    (r"/service/accounts\.csv", OrderCsv),
]
