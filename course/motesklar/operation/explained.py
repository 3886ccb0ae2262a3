"""The settings as a page shows them: value, source, meaning, and what follows from them. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from motesklar.config import Settings, setting_names
from motesklar.i18n import N_
from motesklar.operation.meanings import MEANINGS, SECTIONS

#: Never shown, whatever section they stand in; a file's name is no secret.
_SECRET = ("password", "secret", "token", "key")


class Source(Enum):
    """Which file a value comes from."""

    SHIPPED = "shipped"
    OWN = "own"
    BOTH = "both"
    """A table, of which the organisation's file says a part."""


@dataclass(frozen=True)
class Setting:
    """One setting.

    Args:
        name: as it stands in its section.
        meaning: msgid.
        secret: its value is not here, only whether there is one.
    """

    name: str
    value: Any
    source: Source
    meaning: str
    secret: bool = False


@dataclass(frozen=True)
class Consequence:
    """What follows from the settings as they are now.

    Args:
        message: msgid.
        warns: somebody should do something about it.
    """

    message: str
    warns: bool = False
    params: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Section:
    """A section with its heading (msgid)."""

    name: str
    title: str
    settings: tuple[Setting, ...]
    consequences: tuple[Consequence, ...]


def explain(
    settings: Settings, own: Mapping[str, Any], *, demo: bool, same_disk: bool
) -> list[Section]:
    """Every section, in the order of the file.

    Args:
        settings: as they are now.
        own: what the organisation's file says; empty without one.
        demo: an invented organisation.
        same_disk: backups lie on the course's disk.
    """
    follows: dict[str, list[Consequence]] = {}
    for section, consequence in _consequences(settings, demo=demo, same_disk=same_disk):
        follows.setdefault(section, []).append(consequence)
    found: dict[str, list[Setting]] = {}
    for dotted in setting_names():
        section, _, name = dotted.rpartition(".")
        if section:
            found.setdefault(section, []).append(_setting(settings, own, section, name))
    return [
        Section(name, SECTIONS[name], tuple(inside), tuple(follows.get(name, ())))
        for name, inside in found.items()
    ]


def _setting(settings: Settings, own: Mapping[str, Any], section: str, name: str) -> Setting:
    dotted = f"{section}.{name}"
    value: Any = settings
    said: Any = own
    for part in dotted.split("."):
        value = getattr(value, part)
        said = said.get(part) if isinstance(said, Mapping) else None
    secret = not name.endswith("_file") and any(word in name for word in _SECRET)
    return Setting(
        name,
        bool(value) if secret else value,
        _source(value, said),
        MEANINGS[dotted],
        secret,
    )


def _source(value: Any, said: Any) -> Source:
    if said is None:
        return Source.SHIPPED
    if isinstance(value, Mapping) and isinstance(said, Mapping) and set(said) < set(value):
        return Source.BOTH
    return Source.OWN


def _consequences(
    settings: Settings, *, demo: bool, same_disk: bool
) -> Iterator[tuple[str, Consequence]]:
    if settings.help.email.endswith(".example"):
        told = N_(
            "The organisation is still the invented one. Set organisation.name and help in your "
            "own course.toml."
        )
        yield "organisation", Consequence(told, warns=not demo)
    yield from _about_letters(settings)
    if not settings.call.turn_urls:
        told = N_(
            "People on networks that let no UDP through can't be heard in calls, because there is "
            "no relay."
        )
        yield "call", Consequence(told)
    if settings.workshops.guests:
        yield (
            "workshops",
            Consequence(N_("Guests can take part in a workshop with a name alone.")),
        )
    if settings.capacity.kernels == "auto":
        told = N_("As many pages calculate at once as half of the free memory holds.")
        yield "capacity", Consequence(told)
    if not settings.service.open_meeting:
        told = N_("Lessons offer a practice room, because there is no meeting that is always open.")
        yield "service", Consequence(told)
    yield from _about_backups(settings, demo=demo, same_disk=same_disk)


def _about_letters(settings: Settings) -> Iterator[tuple[str, Consequence]]:
    mail = settings.mail
    if not mail.host:
        told = N_(
            "Letters are not sent, because there is no mail server. You hand sign-in links over "
            "yourself."
        )
        yield "mail", Consequence(told)
        return
    yield "mail", Consequence(N_("Letters are sent through %(host)s."), params={"host": mail.host})
    if mail.username and not (mail.starttls or mail.tls):
        told = N_(
            "The password travels unprotected, because both mail.tls and mail.starttls are off."
        )
        yield "mail", Consequence(told, warns=True)


def _about_backups(
    settings: Settings, *, demo: bool, same_disk: bool
) -> Iterator[tuple[str, Consequence]]:
    if demo:
        yield "backup", Consequence(N_("A demo makes no backups by itself."))
    elif settings.backup.every_hours:
        params = {"hours": settings.backup.every_hours, "keep": settings.backup.keep}
        told = N_(
            "A backup is made by itself every %(hours)s hours, and the newest %(keep)s are kept."
        )
        yield "backup", Consequence(told, params=params)
    else:
        told = N_("No backup is made by itself. Make one here, or with motesklar backup.")
        yield "backup", Consequence(told, warns=True)
    if same_disk:
        told = N_(
            "Backups lie on the same disk as the course. If the disk breaks, both are lost: copy "
            "them elsewhere."
        )
        yield "backup", Consequence(told, warns=not demo)
