"""Sends letters through the organisation's SMTP server."""

import asyncio
import enum
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid, parseaddr
from pathlib import Path

from motesklar.accounts.letters import Letter
from motesklar.config import MailSection
from motesklar.errors import MotesklarError
from motesklar.i18n import N_

#: A mail server that says nothing for so long is down; nobody waits on a page for it.
TIMEOUT_SECONDS = 20
#: "I am closing": whatever was asked, it concerns every letter (RFC 5321 4.2.1).
_CLOSING = 421


class MailNotSent(MotesklarError):
    """The mail server refused the letter or could not be reached; the cause is chained."""

    status = 503
    code = "mail_not_sent"
    message = N_("The letter could not be sent.")
    next_step = N_("Hand the link over in another way, and look at the mail settings.")


class Taken(enum.Enum):
    """What became of a letter at the mail server."""

    YES = "yes"  # it is the server's now
    LATER = "later"  # refused for the moment
    NEVER = "never"  # refused for good
    UNKNOWN = "unknown"  # the connection ended before the server said


@dataclass(frozen=True)
class Receipt:
    """The mail server's answer to one letter."""

    taken: Taken
    code: int = 0
    said: bytes | str = ""

    @classmethod
    def of(cls, code: int, said: bytes | str) -> "Receipt":
        """The answer with those three digits."""
        if 200 <= code < 300:
            return cls(Taken.YES, code, said)
        return cls(Taken.NEVER if code >= 500 else Taken.LATER, code, said)


class MailLine:
    """An open connection to the mail server, over which letters go one after another.

    Made by `Mailer.open`; blocks, so it is used outside the event loop.
    """

    def __init__(self, smtp: smtplib.SMTP, sender: str) -> None:
        self._smtp = smtp
        self._sender = sender

    def hand_over(self, letter: Letter, recipient: str) -> Receipt:
        """Hand one letter to the server.

        Raises:
            MailNotSent: the server takes nothing from us now, whoever it is for.
        """
        try:
            message = compose(letter, recipient, self._sender).as_bytes(policy=SMTP)
            recipient.encode("ascii")
        except ValueError as error:  # nothing that a mail can carry
            return Receipt(Taken.NEVER, 553, str(error))
        try:
            refusal = self._ask(recipient)
        except (OSError, smtplib.SMTPException) as error:
            raise MailNotSent from error
        if refusal is not None:
            return refusal
        try:
            return Receipt.of(*self._smtp.data(message))
        except smtplib.SMTPDataError as error:  # it didn't want to hear it
            self._start_over()
            return Receipt.of(error.smtp_code, error.smtp_error)
        except (OSError, smtplib.SMTPException):
            return Receipt(Taken.UNKNOWN)

    def drop(self) -> None:
        """Cut the connection, from whatever thread; whoever waits on it gets an error."""
        self._smtp.close()

    def close(self) -> None:
        """Say goodbye; safe to call twice."""
        try:
            self._smtp.quit()
        except (OSError, smtplib.SMTPException):
            self._smtp.close()

    def _ask(self, recipient: str) -> Receipt | None:
        """Whether it takes a letter for them; None is yes."""
        self._smtp.ehlo_or_helo_if_needed()
        sender = parseaddr(self._sender)[1]
        code, said = self._smtp.mail(sender)
        if code >= 300:
            raise smtplib.SMTPSenderRefused(code, said, sender)
        code, said = self._smtp.rcpt(recipient)
        if code == _CLOSING:
            raise smtplib.SMTPResponseException(code, said)
        if code >= 300:
            self._start_over()
            return Receipt.of(code, said)
        return None

    def _start_over(self) -> None:
        try:
            self._smtp.rset()
        except (OSError, smtplib.SMTPException):
            # the next letter finds it closed, and opens another
            self._smtp.close()


class Mailer:
    """One SMTP server.

    Args:
        settings: an empty host means that nothing can be sent.
    """

    def __init__(self, settings: MailSection) -> None:
        self.settings = settings

    @property
    def available(self) -> bool:
        """Whether a mail server is set up."""
        return bool(self.settings.host)

    async def send(self, letter: Letter, recipient: str) -> None:
        """Hand the letter to the server, outside the event loop.

        Cancelling it leaves open whether the letter goes out. Called twice it sends twice.

        Raises:
            MailNotSent: the server was not reached or did not take it.
        """
        await asyncio.to_thread(self._send, letter, recipient)

    def open(self) -> MailLine:
        """Reach the server and sign in; blocks.

        Raises:
            MailNotSent: it can't be reached, isn't to be trusted, or doesn't let us in.
        """
        try:
            smtp = self._connect()
            try:
                self._sign_in(smtp)
            except BaseException:
                smtp.close()
                raise
        except (OSError, smtplib.SMTPException) as error:
            raise MailNotSent from error
        return MailLine(smtp, self.settings.sender)

    def _send(self, letter: Letter, recipient: str) -> None:
        line = self.open()
        try:
            receipt = line.hand_over(letter, recipient)
        finally:
            line.close()
        if receipt.taken is not Taken.YES:
            raise MailNotSent from smtplib.SMTPResponseException(receipt.code, str(receipt.said))

    def _connect(self) -> smtplib.SMTP:
        where, wait = (self.settings.host, self.settings.port), TIMEOUT_SECONDS
        if self.settings.tls:
            return smtplib.SMTP_SSL(*where, timeout=wait, context=ssl.create_default_context())
        return smtplib.SMTP(*where, timeout=wait)

    def _sign_in(self, smtp: smtplib.SMTP) -> None:
        if self.settings.starttls:
            smtp.starttls(context=ssl.create_default_context())
        if self.settings.username:
            smtp.login(self.settings.username, self._password())

    def _password(self) -> str:
        """Read at each sending, so that a changed password needs no restart."""
        return Path(self.settings.password_file).read_text(encoding="utf-8").strip()


def compose(letter: Letter, recipient: str, sender: str) -> EmailMessage:
    """The letter as a mail that no autoresponder answers.

    Raises:
        ValueError: a line break in an address or header, or no address at all.
    """
    message = EmailMessage()
    message["Subject"] = letter.subject
    message["From"] = sender
    message["To"] = recipient
    message["Date"] = formatdate(usegmt=True)
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2].strip(" >") or "localhost")
    message["Auto-Submitted"] = "auto-generated"
    for name, value in letter.headers.items():
        message[name] = value
    message.set_content(letter.text)
    if letter.html:
        message.add_alternative(letter.html, subtype="html")
    return message
