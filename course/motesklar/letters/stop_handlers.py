"""Stopping reminders: from the letter, without signing in, and on My page."""

from tornado.web import RequestHandler

from motesklar.accounts.forms import AccountHandler
from motesklar.errors import NotFound
from motesklar.i18n import N_
from motesklar.store.models import Person
from motesklar.web.access import Access
from motesklar.web.visitor import LANGUAGE_COOKIE


class DeadStopLink(NotFound):
    """The address isn't one of ours, or the person is no longer known: told alike."""

    message = N_("This link does not work.")
    next_step = N_("Open the whole link from the letter, or write to us and we stop the reminders.")


class StopReminders(AccountHandler):
    """`/reminders/<id>/<signature>`: what a reminder's last line leads to."""

    access = Access.PUBLIC
    _reader: Person | None = None

    def prepare(self) -> None:
        """The address is somebody's own: no copy, no index, no referrer may keep it."""
        super().prepare()
        self.set_header("Cache-Control", "no-store")
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("X-Robots-Tag", "noindex")

    def check_xsrf_cookie(self) -> None:
        """None is asked for: mail programs post here without cookies (RFC 8058).

        The signature in the address is what gives the right, and only this person's reminders can
        be changed with it.
        """

    @property
    def language(self) -> str:
        """As everywhere, but the reader's own before the default."""
        own = self._reader.language if self._reader else None
        if own is None or self.get_cookie(LANGUAGE_COOKIE) or self.session:
            return super().language
        return own if own in self.services.languages else super().language

    def get(self, person_id: str, signature: str) -> None:
        """A button: mail scanners open every link, so looking changes nothing."""
        self._show(person_id, signature, done=False)

    def head(self, person_id: str, signature: str) -> None:
        """As GET: mail scanners ask so."""
        self._show(person_id, signature, done=False)

    def post(self, person_id: str, signature: str) -> None:
        """Stop them, or with `wanted` start them again."""
        self._find(person_id, signature)
        wanted = bool(self.field("wanted"))
        self.services.letters.outbox.set_reminders(person_id, person_id, wanted=wanted)
        self._show(person_id, signature, done=True)

    def _show(self, person_id: str, signature: str, *, done: bool) -> None:
        self._reader = self._find(person_id, signature)
        self.render_page("letters/stop.html", wanted=self._reader.reminders, done=done)

    def _find(self, person_id: str, signature: str) -> Person:
        if not self.services.letters.stop_links.is_signed(person_id, signature):
            raise DeadStopLink
        try:
            return self.accounts.roster.get(person_id)
        except NotFound as error:
            raise DeadStopLink from error


class MyReminders(AccountHandler):
    """`POST /me/reminders`: the switch on My page."""

    access = Access.SIGNED_IN

    def post(self) -> None:
        """Remember it."""
        who = self.person.person_id
        wanted = self.field("wanted") == "yes"
        self.services.letters.outbox.set_reminders(who, who, wanted=wanted)
        self.redirect(self.url("/me") + "#reminders-title", status=303)


ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (r"/reminders/(p-[a-z0-9]+)/([0-9a-f]+)", StopReminders),
    (r"/me/reminders", MyReminders),
]
