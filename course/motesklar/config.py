"""Settings: the shipped `course.toml`, overlaid by an organisation's own.

Every setting, its type and its accepted values stand in this file and nowhere else.
"""

import tomllib
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from motesklar.errors import ConfigError

_LANGUAGE = r"^[a-z]{2,3}(_[A-Z]{2})?$"
_MODULE = r"^[a-z0-9][a-z0-9-]{0,59}$"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CourseSection(_Section):
    """The course as a whole: its title, languages and modules in order."""

    title: dict[str, str]
    languages: Annotated[list[Annotated[str, Field(pattern=_LANGUAGE)]], Field(min_length=1)]
    default_language: str
    modules: Annotated[list[Annotated[str, Field(pattern=_MODULE)]], Field(min_length=1)]


class OrganisationSection(_Section):
    """Who runs the course."""

    name: str
    departments: list[str]


class HelpSection(_Section):
    """The way to a human."""

    phone: str
    email: str
    hours: dict[str, str]


class SigninSection(_Section):
    """How long links, codes and sessions live."""

    link_days: Annotated[int, Field(ge=1, le=365)]
    device_code_minutes: Annotated[int, Field(ge=1, le=60)]
    session_days: Annotated[int, Field(ge=1, le=365)]
    shared_device_minutes: Annotated[int, Field(ge=1, le=240)]


class MailSection(_Section):
    """The SMTP server; an empty host means that nothing is sent."""

    host: str
    port: Annotated[int, Field(ge=1, le=65535)]
    sender: str
    starttls: bool
    username: str
    password_file: str


class CallSection(_Section):
    """The practice call."""

    partner_name: Annotated[str, Field(min_length=1, max_length=40)]
    minutes_max: Annotated[int, Field(ge=1, le=120)]
    people_max: Annotated[int, Field(ge=1, le=1000)]


class AccountsSection(_Section):
    """The organisation's goal for accounts in its meeting service."""

    goal: Annotated[int, Field(ge=0)]


class Settings(_Section):
    """All settings of a running course."""

    course: CourseSection
    organisation: OrganisationSection
    help: HelpSection
    signin: SigninSection
    mail: MailSection
    call: CallSection
    accounts: AccountsSection


def load_settings(shipped: Path, overlay: Path | None = None) -> Settings:
    """Read `shipped` and lay `overlay` over it, key by key.

    Raises:
        ConfigError: a file can't be read, or a key is unknown or has a value that isn't accepted.
    """
    values = _read(shipped)
    blamed = shipped
    if overlay is not None and overlay.exists():
        values = _overlay(values, _read(overlay))
        blamed = overlay
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise ConfigError(str(blamed), key, _problem(first["type"], first["msg"])) from error


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(str(path), "-", f"can't be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(str(path), "-", f"is not valid TOML in UTF-8: {error}") from error


def _overlay(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        merged[key] = (
            _overlay(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
        )
    return merged


def _problem(kind: str, message: str) -> str:
    if kind == "extra_forbidden":
        return "there is no such setting; see docs/settings.md for the accepted ones"
    return message[:1].lower() + message[1:]
