"""Sends letters through the organisation's SMTP server."""

import asyncio
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path

from motesklar.accounts.letters import Letter
from motesklar.config import MailSection
from motesklar.errors import MotesklarError
from motesklar.i18n import N_

#: A mail server that says nothing for so long is down; nobody waits on a page for it.
TIMEOUT_SECONDS = 20


class MailNotSent(MotesklarError):
    """The mail server refused the letter or could not be reached; the cause is chained."""

    status = 503
    code = "mail_not_sent"
    message = N_("The letter could not be sent.")
    next_step = N_("Hand the link over in another way, and look at the mail settings.")


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
        message = compose(letter, recipient, self.settings.sender)
        try:
            await asyncio.to_thread(self._send, message)
        except (OSError, smtplib.SMTPException) as error:
            raise MailNotSent from error

    def _send(self, message: EmailMessage) -> None:
        with smtplib.SMTP(self.settings.host, self.settings.port, timeout=TIMEOUT_SECONDS) as smtp:
            if self.settings.starttls:
                smtp.starttls(context=ssl.create_default_context())
            if self.settings.username:
                smtp.login(self.settings.username, self._password())
            smtp.send_message(message)

    def _password(self) -> str:
        """Read at each sending, so that a changed password needs no restart."""
        return Path(self.settings.password_file).read_text(encoding="utf-8").strip()


def compose(letter: Letter, recipient: str, sender: str) -> EmailMessage:
    """The letter as a mail that no autoresponder answers."""
    message = EmailMessage()
    message["Subject"] = letter.subject
    message["From"] = sender
    message["To"] = recipient
    message["Date"] = formatdate(usegmt=True)
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2].strip(" >") or "localhost")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    return message
