"""The text that carries a sign-in link: sent by mail, or copied by the administrator. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from babel.dates import format_date

from motesklar.config import Settings
from motesklar.i18n import Translation


@dataclass(frozen=True)
class Letter:
    """A message in plain text.

    Args:
        link: the link that stands in the text.
        html: the same for those whose program shows it; empty for plain text alone.
        headers: more headers of the mail.
    """

    subject: str
    text: str
    link: str
    html: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


def link_letter(
    settings: Settings,
    translation: Translation,
    *,
    name: str,
    link: str,
    until: datetime,
    sign_in: str,
) -> Letter:
    """The letter to one person, in their language.

    `until` is the last day the link works, `sign_in` the page where a new one can be asked for.
    """
    _ = translation.gettext
    titles = settings.course.title
    values = {
        "name": name,
        "course": titles.get(translation.language) or next(iter(titles.values())),
        "date": format_date(until.date(), format="long", locale=translation.language),
        "address": sign_in,
        "phone": settings.help.phone,
        "organisation": settings.organisation.name,
    }
    paragraphs = (
        _("Hello %(name)s!") % values,
        _("Here is your link to the course %(course)s, where you learn to meet on the web:"),
        link,
        _(
            "Open the link and press the button on the page. The link is yours alone and works "
            "once, until %(date)s. After that you stay signed in on the device you used."
        ),
        _(
            "If the link has stopped working, ask for a new one on %(address)s "
            "or call %(phone)s and we will help you."
        ),
        _("Kind regards,\n%(organisation)s"),
    )
    text = "\n\n".join(
        paragraph if paragraph == link else paragraph % values for paragraph in paragraphs[1:]
    )
    return Letter(
        _("Your link to the course %(course)s") % values, f"{paragraphs[0]}\n\n{text}\n", link
    )
