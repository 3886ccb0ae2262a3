"""Writes the letter to one person, in their language, at the moment it is sent."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from urllib.parse import quote, urlsplit

from babel.dates import format_date

from motesklar.accounts.letters import Letter
from motesklar.accounts.people_csv import tidy
from motesklar.config import Settings
from motesklar.course import Course, Module
from motesklar.i18n import Languages
from motesklar.letters.hours import QuietHours
from motesklar.letters.states import Kind
from motesklar.letters.stopping import StopLinks
from motesklar.letters.texts import Words, find_own, write_words
from motesklar.store.models import Person, utcnow
from motesklar.web.templates import render_alone


@dataclass(frozen=True)
class About:
    """What a letter is about.

    Args:
        modules: names of the parts of the course; of a reminder those that are left.
        due: by when, if that is said.
    """

    modules: Sequence[str]
    due: date | None = None


class Writer:
    """Writes invitations and reminders.

    Args:
        make_link: a new link that signs a person in.
        overlay: the organisation's own course folder.
        now: the clock, UTC without a zone.
    """

    def __init__(
        self,
        *,
        settings: Settings,
        languages: Languages,
        course: Callable[[], Course],
        make_link: Callable[[Person], str],
        stop_links: StopLinks,
        public_url: str,
        overlay: Path | None = None,
        now: Callable[[], datetime] = utcnow,
    ) -> None:
        self.settings = settings
        self.languages = languages
        self.course = course
        self.make_link = make_link
        self.stop_links = stop_links
        self.public_url = public_url
        self.overlay = overlay
        self.now = now
        self.hours = QuietHours.of(settings.mail)

    def letter(self, kind: Kind, person: Person, about: About) -> Letter:
        """The letter to send, with a new link in it and the address that stops reminders."""
        link = self.make_link(person) + self._next_page(kind, about)
        return self.with_link(kind, person, about, link)

    def with_link(self, kind: Kind, person: Person, about: About, link: str) -> Letter:
        """The letter with a link that is already made."""
        stop = self.stop_links.address(person.id) if kind is Kind.REMINDER else ""
        language = self._language(person.language)
        words = self._words(kind, language, person.name, about, link, stop)
        headers = {}
        if stop:
            # RFC 8058: mail programs show a button of their own, which posts to the address
            headers = {
                "List-Unsubscribe": f"<{stop}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            }
        html = render_alone(
            self.languages[language],
            "letters/mail.html",
            words=words,
            language=language,
            links={link, stop} - {""},
        )
        return Letter(words.subject, words.text, link, html, headers)

    def to_hand_on(self, kind: Kind, person: Person, about: About) -> Letter:
        """A letter for somebody else to send, who must not be able to sign in as the person."""
        link = self.public_url + (f"/m/{about.modules[0]}" if about.modules else "/")
        stop = self.stop_links.address(person.id) if kind is Kind.REMINDER else ""
        words = self._words(
            kind, self._language(person.language), person.name, about, link, stop, once=False
        )
        return Letter(words.subject, words.text, link)

    def sample(self, kind: Kind, language: str, about: About) -> Words:
        """The letter as it will look, to nobody in particular."""
        name = self.languages[language].gettext("(name)")
        stop = f"{self.public_url}/reminders/…" if kind is Kind.REMINDER else ""
        return self._words(kind, language, name, about, f"{self.public_url}/link/…", stop)

    def _words(
        self,
        kind: Kind,
        language: str,
        name: str,
        about: About,
        link: str,
        stop: str,
        *,
        once: bool = True,
    ) -> Words:
        modules = self._modules(about.modules)
        titles = self.settings.course.title
        until = self.now() + timedelta(days=self.settings.signin.link_days)
        values = {
            # a name is one line, whatever somebody has typed
            "name": tidy(name),
            "organisation": self.settings.organisation.name,
            "course": titles.get(language) or next(iter(titles.values())),
            "modules": "\n".join(f"– {m.text(m.title, language)}" for m in modules),
            "minutes": str(sum(module.minutes for module in modules) or ""),
            "due": self._date(about.due, language) if self._lies_ahead(about.due) else "",
            "link": link,
            "until": self._date(self.hours.day(until), language) if once else "",
            "phone": self._phone(language),
            "email": self.settings.help.email,
            "stop": stop,
        }
        own = find_own(self.overlay, kind, language)
        return write_words(kind, self.languages[language], values, own)

    def _modules(self, names: Sequence[str]) -> list[Module]:
        wanted = set(names)
        return [module for module in self.course().modules if module.name in wanted]

    def _lies_ahead(self, due: date | None) -> bool:
        return due is not None and due >= self.hours.day(self.now())

    def _language(self, wanted: str | None) -> str:
        return wanted if wanted and wanted in self.languages else self.languages.default

    def _phone(self, language: str) -> str:
        hours = self.settings.help.hours.get(language, "")
        return f"{self.settings.help.phone} ({hours})" if hours else self.settings.help.phone

    def _next_page(self, kind: Kind, about: About) -> str:
        """A reminder's link leads to what is left first."""
        if kind is not Kind.REMINDER or not about.modules:
            return ""
        path = urlsplit(self.public_url).path + f"/m/{about.modules[0]}"
        return "?next=" + quote(path, safe="")

    @staticmethod
    def _date(day: date | None, language: str) -> str:
        told: str = format_date(day, format="long", locale=language) if day else ""
        return told
