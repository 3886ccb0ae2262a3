"""Letters as one part of the course: made, started and closed together."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from motesklar.accounts.letters import Letter
from motesklar.accounts.manager import Accounts
from motesklar.course import Course
from motesklar.letters.automatic import AutomaticReminders
from motesklar.letters.choosing import Remaining
from motesklar.letters.hours import QuietHours
from motesklar.letters.outbox import Choice, Outbox
from motesklar.letters.sender import Sender
from motesklar.letters.states import Kind
from motesklar.letters.stopping import StopLinks
from motesklar.letters.writing import Writer
from motesklar.paths import DataFolder
from motesklar.store.models import Person, utcnow
from motesklar.store.review_tables import Plan


class Letters:
    """Invitations and reminders.

    Args:
        starts_done: whether a module needs nothing of people of whom nothing is known.
        overlay: the organisation's own course folder.
        now: the clock, UTC without a zone.
    """

    def __init__(
        self,
        *,
        accounts: Accounts,
        data: DataFolder,
        course: Callable[[], Course],
        starts_done: Callable[[str], bool] = lambda _module: False,
        overlay: Path | None = None,
        now: Callable[[], datetime] = utcnow,
    ) -> None:
        settings = accounts.settings
        self.accounts = accounts
        self.mailer = accounts.mailer
        self.stop_links = StopLinks(data.secret_file, accounts.public_url)
        remaining = Remaining(lambda: [module.name for module in course().modules], starts_done)
        self.outbox = Outbox(accounts.database, QuietHours.of(settings.mail), remaining, now)
        self.writer = Writer(
            settings=settings,
            languages=accounts.languages,
            course=course,
            make_link=accounts.make_personal_link,
            stop_links=self.stop_links,
            public_url=accounts.public_url,
            overlay=overlay,
            now=now,
        )
        self.sender = Sender(self.outbox, self.writer, self.mailer, now)
        self.outbox.wake = self.sender.wake
        self.automatic = AutomaticReminders(self.outbox, settings.reminders, now)

    def start(self) -> None:
        """Send what waits, and remind, until `close`."""
        self.sender.start()
        if self.mailer.available:
            self.automatic.start()

    async def close(self) -> None:
        """Finish the letter in hand and stop; safe to call twice."""
        await self.automatic.close()
        await self.sender.close()

    def to_copy(
        self, kind: Kind, choice: Choice, plan: Plan | None, *, with_links: bool
    ) -> list[tuple[Person, Letter]]:
        """The letters to the chosen people, for somebody to send from a program of their own.

        With links they sign people in, which is for administrators alone; otherwise the letters
        lead to the course.
        """
        remaining = self.outbox.remaining
        about = {person.id: remaining.wanted(plan) for person in choice.people}
        if kind is Kind.REMINDER:
            with self.outbox.database.transaction() as session:
                about = remaining.left(session, list(about), plan)
        write = self.writer.letter if with_links else self.writer.to_hand_on
        return [
            (person, write(kind, person, about[person.id]))
            for person in choice.people
            if person.id in about
        ]
