"""The mail server: can it be reached and will it let us in? No letter is sent."""

import smtplib

from motesklar.accounts.mail import Mailer, MailNotSent
from motesklar.config import MailSection
from motesklar.doctor.report import Check, fail, ok, warn

_NAME = "mail server"


def judge_settings(settings: MailSection) -> list[Check]:
    """What can be said without asking the server."""
    if not settings.host:
        return [ok(_NAME, "none is set, so the administrator hands sign-in links over")]
    checks = []
    if "@" not in settings.sender:
        checks.append(fail(_NAME, "mail.sender is no address", "Set mail.sender in course.toml"))
    if settings.username and not (settings.starttls or settings.tls):
        checks.append(
            warn(
                _NAME,
                "the password would travel unprotected",
                "Set mail.starttls or mail.tls to true in course.toml",
            )
        )
    return checks


def check_mail(settings: MailSection) -> list[Check]:
    """Say hello to the server, sign in if that is set, and leave."""
    checks = judge_settings(settings)
    if settings.host:
        checks.append(_greet(settings))
    return checks


def _greet(settings: MailSection) -> Check:
    where = f"{settings.host}:{settings.port}"
    try:
        Mailer(settings).open().close()
    except MailNotSent as error:
        if isinstance(error.__cause__, smtplib.SMTPAuthenticationError):
            return fail(
                _NAME,
                f"{where} refuses the user name or password",
                "Check mail.username and the password file",
            )
        return fail(
            _NAME,
            f"{where} did not answer as it should: {error.__cause__}",
            "Check mail.host, mail.port, mail.starttls and mail.tls, and that a firewall lets us "
            "through",
        )
    return ok(_NAME, f"{where} lets us in")
