"""Sends the letters of the outbox, one after another, for as long as the server runs.

A letter is claimed in the database before it is handed over, and what became of it is written
down afterwards. Whoever dies in between leaves it claimed: after a while it counts as unsure and
an administrator is told, because a second letter could be one too many. So none is lost, and none
goes out twice by itself.
"""

import asyncio
import contextlib
import logging
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from motesklar.accounts.mail import Mailer, MailLine, MailNotSent, Receipt, Taken
from motesklar.i18n import N_
from motesklar.letters.hours import QuietHours
from motesklar.letters.outbox import Outbox, changed
from motesklar.letters.refusals import (
    Reason,
    reason_of,
    server_wait_after,
    tidy_answer,
    wait_after,
)
from motesklar.letters.states import Kind, State
from motesklar.letters.writing import Writer
from motesklar.store.models import Person, utcnow
from motesklar.store.people_tables import OutgoingLetter
from motesklar.store.review_tables import Plan

log = logging.getLogger("motesklar.letters")

#: Longer than any mail server is waited for, so whoever claimed it is gone.
_CLAIM = timedelta(minutes=5)
#: The queue is looked at this often even when nobody wakes the sender.
_LOOK_SECONDS = 30.0
#: At the server's end, the letter that is being handed over gets this long.
_LAST_LETTER_SECONDS = 5.0


@dataclass(frozen=True)
class Trouble:
    """The mail server takes nothing.

    Args:
        message: msgid of what is wrong; `next_step` of what to do.
        failures: tries in a row.
    """

    message: str
    next_step: str
    since: datetime
    next_try: datetime
    failures: int


class Sender:
    """Empties the outbox.

    Args:
        now: the clock, UTC without a zone.
    """

    def __init__(
        self,
        outbox: Outbox,
        writer: Writer,
        mailer: Mailer,
        now: Callable[[], datetime] = utcnow,
    ) -> None:
        self.outbox = outbox
        self.database = outbox.database
        self.writer = writer
        self.mailer = mailer
        self.now = now
        #: What stands in the way; None while all is well.
        self.trouble: Trouble | None = None
        self._seconds_between = 60 / mailer.settings.letters_per_minute
        self._awake = asyncio.Event()
        self._closing = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._line: MailLine | None = None
        self._working: asyncio.Task[None] | None = None

    @property
    def hours(self) -> QuietHours:
        """When people are not written to."""
        return self.outbox.hours

    def start(self) -> None:
        """Send what may go, now and until `close`."""
        self._loop = asyncio.get_running_loop()
        self._working = asyncio.create_task(self._work())

    def wake(self) -> None:
        """Look at the queue now; from any thread, and harmless before `start`."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._awake.set)

    async def close(self) -> None:
        """Finish the letter in hand and stop; safe to call twice, and without `start`."""
        if self._working is None:
            return
        self._closing.set()
        self._awake.set()
        _, late = await asyncio.wait([self._working], timeout=_LAST_LETTER_SECONDS)
        if late:
            # a mail server that hangs: cut, and the letter is told to be unsure
            if self._line is not None:
                self._line.drop()
            await asyncio.wait([self._working])
        self._working = None

    async def send_due(self) -> int:
        """Send every letter that may go now; returns how many the mail server took.

        It ends early when the mail server can't be reached. Cancelling it leaves a letter that
        was being handed over claimed.
        """
        await asyncio.to_thread(self._give_up_lost_claims)
        if not self.mailer.available or self._rests():
            return 0
        sent = 0
        try:
            while not self._closing.is_set():
                letter_id = await asyncio.to_thread(self._next_due)
                if letter_id is None:
                    break
                taken = await asyncio.to_thread(self._send, letter_id)
                if taken is None:
                    continue
                sent += taken
                await self._pause(self._closing, self._seconds_between)
        except MailNotSent as error:
            self._note_trouble(error)
        finally:
            await asyncio.to_thread(self._hang_up)
        return sent

    async def _work(self) -> None:
        while not self._closing.is_set():
            self._awake.clear()
            try:
                await self.send_due()
            except Exception:
                log.exception("letters could not be sent; tried again soon")
            await self._pause(self._awake, _LOOK_SECONDS)

    @staticmethod
    async def _pause(until: asyncio.Event, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(until.wait(), seconds)

    # One letter, in a thread

    def _next_due(self) -> str | None:
        now = self.now()
        query = (
            select(OutgoingLetter.id)
            .where(OutgoingLetter.state == State.WAITING, OutgoingLetter.send_after <= now)
            .order_by(OutgoingLetter.send_after, OutgoingLetter.created_at)
            .limit(1)
        )
        if not self.hours.are_over(now):
            query = query.where(OutgoingLetter.urgent.is_(True))
        with self.database.transaction() as session:
            return session.scalar(query)

    def _send(self, letter_id: str) -> bool | None:
        """Whether the mail server took it; None when it wasn't asked.

        Raises:
            MailNotSent: the server takes nothing; the letter waits as before.
        """
        if self._line is None:
            self._line = self.mailer.open()
            self.trouble = None
        if not self._claim(letter_id):
            return None
        try:
            receipt = self._hand_over(letter_id, self._line)
        except MailNotSent:
            self._settle(letter_id, state=State.WAITING, claimed_at=None)
            raise
        except Exception:
            self._settle(letter_id, state=State.FAILED, reason=Reason.FAULT)
            log.exception("a letter could not be written")
            return None
        if receipt is None:
            return None
        self._settle_receipt(letter_id, receipt)
        if receipt.taken is Taken.UNKNOWN:
            self._hang_up()
        return receipt.taken is Taken.YES

    def _claim(self, letter_id: str) -> bool:
        claim = (
            update(OutgoingLetter)
            .where(OutgoingLetter.id == letter_id, OutgoingLetter.state == State.WAITING)
            .values(state=State.SENDING, claimed_at=self.now())
        )
        with self.database.transaction() as session:
            # the condition stands in the UPDATE itself, so the database decides who was first
            return changed(session, claim) == 1

    def _hand_over(self, letter_id: str, line: MailLine) -> Receipt | None:
        """None when there is no reason to send it any more; that is noted."""
        with self.database.transaction() as session:
            letter = session.get(OutgoingLetter, letter_id)
            if letter is None:  # the person is erased
                return None
            person = session.get_one(Person, letter.person_id)
            plan = session.get(Plan, letter.plan_id) if letter.plan_id else None
            kind = Kind(letter.kind)
            about = self.outbox.remaining.wanted(plan)
            if kind is Kind.REMINDER:
                left = self.outbox.remaining.left(session, [person.id], plan).get(person.id)
                if left is None or (plan is not None and plan.ended_at is not None):
                    letter.state, letter.reason = State.UNNEEDED, Reason.NOTHING_LEFT
                    return None
                about = left
            why_not = _why_not(person, kind)
            if why_not is not Reason.NONE:
                letter.state, letter.reason = State.STOPPED, why_not
                return None
        return line.hand_over(self.writer.letter(kind, person, about), person.email or "")

    def _settle_receipt(self, letter_id: str, receipt: Receipt) -> None:
        now = self.now()
        if receipt.taken is Taken.YES:
            self._settle(letter_id, state=State.SENT, sent_at=now, reason=Reason.NONE, said="")
            return
        if receipt.taken is Taken.UNKNOWN:
            self._settle(letter_id, state=State.UNSURE, reason=Reason.INTERRUPTED)
            return
        said = tidy_answer(receipt.code, receipt.said)
        if receipt.taken is Taken.NEVER:
            reason = reason_of(receipt.code, said)
            self._settle(letter_id, state=State.FAILED, reason=reason, said=said)
            return
        with self.database.transaction() as session:
            letter = session.get(OutgoingLetter, letter_id)
            tries = letter.tries + 1 if letter else 1
        wait = wait_after(tries)
        if wait is None:
            self._settle(
                letter_id, state=State.FAILED, reason=Reason.GIVEN_UP, said=said, tries=tries
            )
            return
        after = self.hours.next_allowed(now + wait)
        self._settle(
            letter_id,
            state=State.WAITING,
            said=said,
            tries=tries,
            send_after=after,
            urgent=False,
            claimed_at=None,
        )

    def _settle(self, letter_id: str, **values: Any) -> None:
        claimed = OutgoingLetter.state.in_((State.SENDING, State.UNSURE))
        change = update(OutgoingLetter).where(OutgoingLetter.id == letter_id, claimed)
        with self.database.transaction() as session:
            session.execute(change.values(**values))

    def _give_up_lost_claims(self) -> None:
        lost = (
            update(OutgoingLetter)
            .where(OutgoingLetter.state == State.SENDING)
            .where(OutgoingLetter.claimed_at < self.now() - _CLAIM)
            .values(state=State.UNSURE, reason=Reason.INTERRUPTED)
        )
        with self.database.transaction() as session:
            count = changed(session, lost)
        if count:
            log.warning("letters whose sending was interrupted", extra={"facts": {"count": count}})

    def _hang_up(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            line.close()

    # Trouble with the mail server

    def _rests(self) -> bool:
        return self.trouble is not None and self.now() < self.trouble.next_try

    def _note_trouble(self, error: MailNotSent) -> None:
        now = self.now()
        before = self.trouble
        failures = before.failures + 1 if before else 1
        message, next_step = _told(error.__cause__)
        self.trouble = Trouble(
            message,
            next_step,
            since=before.since if before else now,
            next_try=now + server_wait_after(failures),
            failures=failures,
        )
        facts = {"cause": type(error.__cause__).__name__, "failures": failures}
        log.error("the mail server takes no letters", extra={"facts": facts})


def _why_not(person: Person, kind: Kind) -> Reason:
    """What has changed since the letter was asked for."""
    if person.left_at is not None:
        return Reason.HAS_LEFT
    if not person.email:
        return Reason.NO_ADDRESS
    if kind is Kind.REMINDER and not person.reminders:
        return Reason.UNWANTED
    return Reason.NONE


def _told(cause: BaseException | None) -> tuple[str, str]:
    """What is wrong with the mail server, and what to do."""
    if isinstance(cause, smtplib.SMTPAuthenticationError):
        return (
            N_("The mail server refuses the course’s user name or password."),
            N_("Correct mail.username and the password file."),
        )
    if isinstance(cause, ssl.SSLError):
        return (
            N_("The mail server’s certificate is not to be trusted, or it speaks no TLS."),
            N_("Check mail.host, mail.port, mail.tls and mail.starttls."),
        )
    if isinstance(cause, smtplib.SMTPSenderRefused):
        return (
            N_("The mail server takes no letters from the course’s address."),
            N_("Check mail.sender with whoever runs the mail server."),
        )
    return (
        N_("The mail server can’t be reached, or doesn’t answer as it should."),
        N_("Check mail.host and mail.port, and that a firewall lets the course through."),
    )
