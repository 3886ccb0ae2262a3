"""Who may sign in and how: links, codes, demo names, requests, import, export, erasure.

A secret is shown once, to the one it is for; the database has its hash. Looking at a link never
consumes it, because mail scanners open every link: a button on the page does.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from motesklar.accounts.editing import Editing, LastAdministrator
from motesklar.accounts.import_plan import ImportPlan
from motesklar.accounts.letters import Letter, link_letter
from motesklar.accounts.limits import Limiter
from motesklar.accounts.links import Invitation, Links
from motesklar.accounts.mail import Mailer, MailNotSent
from motesklar.accounts.merging import Merging
from motesklar.accounts.people_csv import has_identity_number, is_email, parse_people, tidy
from motesklar.accounts.records import count_rows, erase_rows, export_rows, gradebook_rows
from motesklar.accounts.roster import Roster
from motesklar.accounts.tokens import is_token, new_code, new_token, read_code, show_code
from motesklar.accounts.waiting import WaitingList
from motesklar.config import Settings
from motesklar.errors import BadRequest, Conflict, UnknownCode
from motesklar.i18n import N_, Languages
from motesklar.paths import DataFolder
from motesklar.privacy.ledger import PERSON, ErasureLedger
from motesklar.privacy.receipts import Receipts
from motesklar.store.audit import note
from motesklar.store.database import Database
from motesklar.store.facts import FactLog
from motesklar.store.models import LinkKind, Person, Role, utcnow
from motesklar.web.sessions import SessionStore

log = logging.getLogger("motesklar.accounts")

_BY_LINK = (LinkKind.PERSONAL, LinkKind.ADMINISTRATOR)
_BY_CODE = (LinkKind.DEVICE,)
#: Printed at start, where the one who started the server reads it at once.
_ADMINISTRATOR_LINK = timedelta(hours=24)
_NAME_MAX = 60

#: Is told who is about to be erased, and returns what is to be done once they are.
Farewell = Callable[[str], Callable[[], None]]


class BadName(BadRequest):
    """A name that nobody can be greeted by."""

    code = "bad_name"
    message = N_("Write your name.")
    next_step = N_("Your first name is enough.")


class BadEmail(BadRequest):
    """Not written as an e-mail address; says nothing about whether it is known."""

    code = "bad_email"
    message = N_("This is not a whole e-mail address.")
    next_step = N_("Write the address you have at work, for example anna@organisation.se.")


@dataclass(frozen=True)
class DeviceCode:
    """A code for another device, in the forms people need it.

    Args:
        code: as they see it, `K7M4-QX9P`.
        link: the same as an address, for the QR picture.
    """

    code: str
    link: str
    minutes: int


@dataclass(frozen=True)
class AskedForLink:
    """What happened when somebody asked for a link: the visitor learns nothing of it.

    Args:
        case_code: what the visitor sees and reads aloud to the one who helps.
        person_id: None when the address is unknown or has asked too often.
    """

    case_code: str
    person_id: str | None


class Accounts:
    """People and sign-in.

    Args:
        ledger: where each erasure is noted, outside the database.
        public_url: where people reach the course, base URL included, no trailing slash.
        demo: anybody may become a learner by typing a name.
        now: the clock, UTC without a zone.
    """

    def __init__(
        self,
        *,
        settings: Settings,
        database: Database,
        sessions: SessionStore,
        languages: Languages,
        facts: FactLog,
        ledger: ErasureLedger,
        public_url: str,
        demo: bool = False,
        now: Callable[[], datetime] = utcnow,
    ) -> None:
        self.settings = settings
        self.database = database
        self.sessions = sessions
        self.languages = languages
        self.facts = facts
        self.ledger = ledger
        self.receipts = Receipts(database)
        self._farewells: list[Farewell] = []
        self.public_url = public_url
        self.demo = demo
        self.now = now
        self.roster = Roster(database, now)
        self.editing = Editing(database, now)
        self.merging = Merging(database, ledger, now)
        self.links = Links(database, now)
        self.mailer = Mailer(settings.mail)
        self.waiting = WaitingList(database, now)
        #: Wrong codes per browser.
        self.wrong_codes = Limiter(10, timedelta(minutes=1), now=now)
        #: Requests for a link, per browser and per person.
        self.requests_by_browser = Limiter(10, timedelta(minutes=1), now=now)
        self.requests_by_person = Limiter(3, timedelta(hours=1), now=now)

    # Links

    def ensure_person(self, name: str, email: str, role: Role) -> Person:
        """The person with that e-mail address, made when there is none."""
        return self.roster.ensure(name, email, role)

    def make_personal_link(self, person: Person) -> str:
        """A link that signs `person` in once, within `link_days`. Older ones still work."""
        return self._personal_link(person)[0]

    def letter_for(self, person: Person, *, actor_id: str = "") -> Letter:
        """A new link in a letter in the person's language, ready to send or copy."""
        link, until = self._personal_link(person)
        self.note(actor_id or person.id, "link made", person.id)
        return link_letter(
            self.settings,
            self.languages[person.language or self.languages.default],
            name=person.name,
            link=link,
            until=until,
            sign_in=f"{self.public_url}/sign-in",
        )

    def administrator_link(self) -> str:
        """The one link that makes an administrator; an earlier one stops working.

        Raises:
            Conflict: there is an administrator.
        """
        if self.roster.has_administrator():
            raise Conflict(
                N_("The course already has an administrator."),
                N_("Make a link for that person: motesklar people link E-MAIL"),
            )
        self.links.forget(LinkKind.ADMINISTRATOR, None)
        token = new_token()
        self.links.make(LinkKind.ADMINISTRATOR, token, _ADMINISTRATOR_LINK)
        return f"{self.public_url}/link/{token}"

    def look(self, token: str) -> Invitation:
        """Whom the link would sign in; consumes nothing.

        Raises:
            UnknownCode: it is wrong, used or too old.
        """
        if not is_token(token):
            raise UnknownCode
        return self.links.look(token, _BY_LINK)

    def consume(
        self, token: str, *, shared_device: bool = False, name: str = "", email: str = ""
    ) -> str:
        """Sign in with a link, once; returns the session's token.

        `name` and `email` (which may be empty) are those of the administrator whom the first
        link makes; other links need none.

        Raises:
            UnknownCode: it is wrong, used or too old.
            BadName: the first administrator gave none.
            BadEmail: the first administrator gave half a one.
        """
        invitation = self.look(token)
        if invitation.kind is LinkKind.ADMINISTRATOR:
            name, email = self._new_administrator(name, email)
        invitation = self.links.take(token, _BY_LINK)
        if invitation.kind is LinkKind.ADMINISTRATOR:
            person_id = self._add_administrator(name, email)
        else:
            assert invitation.person_id is not None  # only the administrator's link has nobody
            person_id = invitation.person_id
        return self._signed_in(person_id, shared_device)

    # Another device

    def start_device_code(self, person_id: str) -> DeviceCode:
        """A code with which the person signs in on another device; an earlier one stops working."""
        self.links.forget(LinkKind.DEVICE, person_id)
        code = new_code()
        minutes = self.settings.signin.device_code_minutes
        self.links.make(LinkKind.DEVICE, code, timedelta(minutes=minutes), person_id)
        return DeviceCode(show_code(code), f"{self.public_url}/device/{code}", minutes)

    def look_code(self, typed: str, browser: str) -> Invitation:
        """Whom the code would sign in; a wrong one counts against `browser`.

        Raises:
            UnknownCode: it is wrong, used or too old.
            TooMany: this browser has tried too often; others are not affected.
        """
        return self._try_code(typed, browser, self.links.look)

    def consume_code(self, typed: str, browser: str, *, shared_device: bool = False) -> str:
        """Sign in with a code, once; returns the session's token.

        Raises:
            UnknownCode: it is wrong, used or too old.
            TooMany: this browser has tried too often; others are not affected.
        """
        invitation = self._try_code(typed, browser, self.links.take)
        self.wrong_codes.forget(browser)
        assert invitation.person_id is not None  # a device code always has a person
        return self._signed_in(invitation.person_id, shared_device)

    # Demo

    def sign_in_named(self, name: str, *, department: str = "", shared_device: bool = False) -> str:
        """A new learner who only typed a name; returns the session's token.

        It is for those who may: in a demo anybody, in a workshop whoever has its code.

        Raises:
            BadName: the name is empty, too long or holds an identity number.
        """
        person = self.roster.add(_checked_name(name), department=department)
        return self._signed_in(person.id, shared_device)

    # Asking for a new link

    def request_link(self, email: str, browser: str, case_code: str) -> AskedForLink:
        """Note that somebody asked. What the visitor is told is the same for known and unknown.

        With a mail server, call `deliver` once the visitor has their answer; without one, the
        administrator sees the request.

        Raises:
            BadEmail: the address is not written as one.
            TooMany: this browser has asked too often.
        """
        email = email.strip()
        if not is_email(email):
            raise BadEmail
        self.requests_by_browser.check(browser)
        self.requests_by_browser.count(browser)
        person = self.roster.by_email(email)
        if person is None or person.left_at is not None or not self._may_ask(person):
            return AskedForLink(case_code, None)
        if not self.mailer.available:
            self.waiting.add(person.id, case_code)
        return AskedForLink(case_code, person.id)

    async def deliver(self, asked: AskedForLink) -> None:
        """Mail the link that was asked for. Runs after the answer, so its time tells nothing.

        A failure is the administrator's to see: in the log, and as a request to hand over.
        """
        if asked.person_id is None or not self.mailer.available:
            return
        person = self.roster.get(asked.person_id)
        try:
            await self.mailer.send(self.letter_for(person), person.email or "")
        except MailNotSent as error:
            facts = {"host": self.settings.mail.host, "cause": type(error.__cause__).__name__}
            log.error("a sign-in link could not be mailed", extra={"facts": facts})
            self.waiting.add(person.id, asked.case_code)

    # People

    def plan_import(self, data: bytes, *, actor_id: str = "") -> ImportPlan:
        """What a file of people, CSV or Excel, would change; nothing is saved.

        Raises:
            BadCsv: the file can't be used.
        """
        return self.roster.plan_import(parse_people(data), actor_id=actor_id)

    def import_people(
        self,
        data: bytes,
        *,
        actor_id: str = "",
        mark: str | None = None,
        leavers: bool = False,
    ) -> ImportPlan:
        """Add and change people from a file, by e-mail address; nobody is removed.

        `mark` and `leavers` as for `Roster.import_rows`.

        Raises:
            BadCsv: the file can't be used; nothing has been saved.
            PlanChanged: it would do something else than the plan with that mark said.
            LastAdministrator: nobody who stays could administer the course.
        """
        return self.roster.import_rows(
            parse_people(data), actor_id=actor_id, mark=mark, leavers=leavers
        )

    def export_person(
        self, person_id: str, data: DataFolder, *, actor_id: str = ""
    ) -> dict[str, Any]:
        """All that is known about the person, nbgrader's part included, as JSON takes it.

        Raises:
            NotFound: there is nobody with that id.
        """
        person = self.roster.get(person_id)
        self.note(actor_id or person_id, "data exported", person_id)
        return export_rows(self.database, person) | {"gradebook": gradebook_rows(data, person_id)}

    async def erase_person(
        self,
        person_id: str,
        forget_hand_ins: Callable[[str], Awaitable[None]],
        *,
        actor_id: str = "",
    ) -> str:
        """Remove the person and all that is known about them; returns the receipt's id.

        `forget_hand_ins` removes nbgrader's part. If it breaks, or this is cancelled, the person
        is still there and it can be called again.

        Raises:
            NotFound: there is nobody with that id.
            Conflict: it is the last administrator.
        """
        counts = await self.remove_person(person_id, forget_hand_ins, actor_id=actor_id)
        return self.receipts.add(PERSON, counts, at=self.now(), actor_id=actor_id)

    async def remove_person(
        self,
        person_id: str,
        forget_hand_ins: Callable[[str], Awaitable[None]],
        *,
        actor_id: str = "",
    ) -> dict[str, int]:
        """As `erase_person`, one of many who share a receipt; tells what went with the person.

        Raises:
            NotFound: there is nobody with that id.
            Conflict: it is the last administrator.
        """
        person = self.roster.get(person_id)
        if self.roster.is_last_administrator(person):
            raise LastAdministrator
        counts = await asyncio.to_thread(count_rows, self.database, person)
        await forget_hand_ins(person_id)
        self.ledger.add_person(person_id)
        self.sessions.remember_erased(person_id)
        afterwards = [farewell(person_id) for farewell in self._farewells]
        await asyncio.to_thread(erase_rows, self.database, person_id)
        # once more: a hand-in may have been graded just before the person was gone
        await forget_hand_ins(person_id)
        self.sessions.sockets.look()
        for tell in afterwards:
            tell()
        self.note(actor_id, "person erased", person_id)
        return counts

    def on_erasure(self, farewell: Farewell) -> None:
        """Let somebody know just before a person's rows go; what they return runs afterwards."""
        self._farewells.append(farewell)

    def wants_short_way(self, person_id: str) -> bool:
        """Whether the person has chosen the shortest way through the course."""
        with self.database.transaction() as session:
            return session.get_one(Person, person_id).short_way

    def choose_way(self, person_id: str, *, short: bool) -> None:
        """Remember which way through the course the person wants."""
        with self.database.transaction() as session:
            session.get_one(Person, person_id).short_way = short

    def set_language(self, person_id: str, language: str) -> None:
        """Remember the language the person chose."""
        with self.database.transaction() as session:
            session.get_one(Person, person_id).language = language

    def note(self, actor_id: str, action: str, subject: str) -> None:
        """Write in the log who did what to whose data; `actor_id` is empty on the command line."""
        note(self.database, self.now(), actor_id, action, subject)

    def _personal_link(self, person: Person) -> tuple[str, datetime]:
        token = new_token()
        lifetime = timedelta(days=self.settings.signin.link_days)
        until = self.links.make(LinkKind.PERSONAL, token, lifetime, person.id)
        return f"{self.public_url}/link/{token}", until

    def _try_code(
        self, typed: str, browser: str, use: Callable[[str, tuple[LinkKind, ...]], Invitation]
    ) -> Invitation:
        self.wrong_codes.check(browser)
        try:
            code = read_code(typed)
            if code is None:
                raise UnknownCode
            return use(code, _BY_CODE)
        except UnknownCode:
            self.wrong_codes.count(browser)
            raise

    def start_session(self, person_id: str, *, shared_device: bool = False) -> str:
        """Sign in somebody whom another way has made sure of; returns the session's token."""
        return self._signed_in(person_id, shared_device)

    def _signed_in(self, person_id: str, shared_device: bool) -> str:
        # signing in is rare, so it is the moment to sweep
        self.links.forget_expired()
        self.sessions.end_expired()
        self.waiting.remove(person_id)
        return self.sessions.start(person_id, shared_device=shared_device)

    def _may_ask(self, person: Person) -> bool:
        allowed = self.requests_by_person.allows(person.id)
        if allowed:
            self.requests_by_person.count(person.id)
        return allowed

    @staticmethod
    def _new_administrator(name: str, email: str) -> tuple[str, str]:
        email = email.strip()
        if email and not is_email(email):
            raise BadEmail
        return _checked_name(name), email

    def _add_administrator(self, name: str, email: str) -> str:
        if email:
            return self.roster.ensure(name, email, Role.ADMINISTRATOR).id
        return self.roster.add(name, Role.ADMINISTRATOR).id


def _checked_name(name: str) -> str:
    name = tidy(name)
    if not name:
        raise BadName
    if len(name) > _NAME_MAX or not name.isprintable():
        raise BadName(N_("The name is too long."), N_("Write at most 60 letters."))
    if has_identity_number(name):
        raise BadName(
            N_("That looks like a personal identity number."),
            N_("Write your name only. The course must not have personal identity numbers."),
        )
    return name
