"""The mail server: can it be reached and will it let us in? No letter is sent."""

import smtplib
import ssl
from pathlib import Path

from motesklar.config import MailSection
from motesklar.doctor.report import Check, fail, ok, warn

_NAME = "mail server"
TIMEOUT_SECONDS = 10.0


def judge_settings(settings: MailSection) -> list[Check]:
    """What can be said without asking the server."""
    if not settings.host:
        return [ok(_NAME, "none is set, so the administrator hands sign-in links over")]
    checks = []
    if "@" not in settings.sender:
        checks.append(fail(_NAME, "mail.sender is no address", "Set mail.sender in course.toml"))
    if settings.username and not settings.starttls:
        checks.append(
            warn(
                _NAME,
                "the password would travel unprotected",
                "Set mail.starttls = true in course.toml",
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
        with smtplib.SMTP(settings.host, settings.port, timeout=TIMEOUT_SECONDS) as smtp:
            if settings.starttls:
                smtp.starttls(context=ssl.create_default_context())
            if settings.username:
                password = Path(settings.password_file).read_text(encoding="utf-8").strip()
                smtp.login(settings.username, password)
            smtp.noop()
    except smtplib.SMTPAuthenticationError:
        return fail(
            _NAME,
            f"{where} refuses the user name or password",
            "Check mail.username and the password file",
        )
    except (OSError, smtplib.SMTPException) as error:
        return fail(
            _NAME,
            f"{where} did not answer as it should: {error}",
            "Check mail.host, mail.port and mail.starttls, and that a firewall lets us through",
        )
    return ok(_NAME, f"{where} lets us in")
