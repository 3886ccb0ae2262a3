"""Settings: the shipped `course.toml`, overlaid by an organisation's own.

Every setting, its type and its accepted values stand in this file and nowhere else.
"""

import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.core import Locale, UnknownLocaleError
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    IPvAnyAddress,
    ValidationError,
    field_validator,
    model_validator,
)

from motesklar.errors import ConfigError
from motesklar.store.models import Role

_LANGUAGE = r"^[a-z]{2,3}(_[A-Z]{2})?$"
_TURN_URL = r"^(stun|turns?):[A-Za-z0-9.:\[\]-]+(\?transport=(udp|tcp))?$"  # RFC 7064, RFC 7065
_TIME = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
_MODULE = r"^[a-z0-9][a-z0-9-]{0,59}$"


#: cmi5's rules of completion, see `review.rules`.
MoveOn = Literal["Passed", "Completed", "CompletedAndPassed", "CompletedOrPassed", "NotApplicable"]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CourseSection(_Section):
    """The course as a whole: its title, languages and modules in order."""

    title: Annotated[dict[str, str], Field(min_length=1)]
    languages: Annotated[list[Annotated[str, Field(pattern=_LANGUAGE)]], Field(min_length=1)]
    default_language: str
    modules: Annotated[list[Annotated[str, Field(pattern=_MODULE)]], Field(min_length=1)]
    short_way: list[str]
    pass_share: Annotated[float, Field(ge=0.1, le=1)]
    move_on: dict[str, MoveOn]

    @field_validator("languages")
    @classmethod
    def _know_each_language(cls, languages: list[str]) -> list[str]:
        for language in languages:
            try:
                Locale.parse(language)
            except UnknownLocaleError as error:
                raise ValueError(f"no language has the code {language}") from error
        return languages

    @field_validator("modules")
    @classmethod
    def _name_each_module_once(cls, modules: list[str]) -> list[str]:
        if len(set(modules)) < len(modules):
            raise ValueError("names a module twice")
        return modules

    @model_validator(mode="after")
    def _speak_the_default(self) -> "CourseSection":
        if self.default_language not in self.languages:
            raise ValueError(f"default_language must be one of {', '.join(self.languages)}")
        return self

    @model_validator(mode="after")
    def _rule_over_modules(self) -> "CourseSection":
        unknown = sorted(set(self.move_on) - set(self.modules))
        if unknown:
            raise ValueError(f"move_on names no module of the course: {', '.join(unknown)}")
        return self


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


class OidcSection(_Section):
    """The organisation's own sign-in (OpenID Connect); an empty issuer means that there is none."""

    issuer: str
    name: Annotated[str, Field(max_length=60)]
    client_id: str
    client_secret_file: str
    scopes: Annotated[list[str], Field(min_length=1)]
    subject_claim: Annotated[str, Field(min_length=1)]
    name_claim: Annotated[str, Field(min_length=1)]
    email_claim: Annotated[str, Field(min_length=1)]
    department_claim: str
    groups_claim: Annotated[str, Field(min_length=1)]
    trust_email: bool
    link_by_email: bool
    create: bool
    roles: dict[str, Role]
    sign_out: bool
    clock_skew_seconds: Annotated[int, Field(ge=0, le=600)]

    @field_validator("issuer")
    @classmethod
    def _be_safe(cls, issuer: str) -> str:
        if issuer and not is_safe_address(issuer):
            raise ValueError("must be an address with https:// (http:// for localhost only)")
        return issuer

    @field_validator("scopes")
    @classmethod
    def _ask_for_openid(cls, scopes: list[str]) -> list[str]:
        if "openid" not in scopes:
            raise ValueError("must have openid among them")
        return scopes

    @model_validator(mode="after")
    def _be_whole(self) -> "OidcSection":
        if self.issuer and not (self.client_id and self.name):
            raise ValueError("needs client_id and name where there is an issuer")
        return self


def is_safe_address(address: str) -> bool:
    """Whether nobody between us and it can read along: https, or this machine itself."""
    parts = urlsplit(address)
    local = parts.hostname in ("localhost", "127.0.0.1", "::1")
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and local))


class MailSection(_Section):
    """The SMTP server; an empty host means that nothing is sent."""

    host: str
    port: Annotated[int, Field(ge=1, le=65535)]
    sender: str
    starttls: bool
    tls: bool
    username: str
    password_file: str
    letters_per_minute: Annotated[int, Field(ge=1, le=6000)]
    quiet_from: Annotated[str, Field(pattern=_TIME)]
    quiet_to: Annotated[str, Field(pattern=_TIME)]
    quiet_weekends: bool
    time_zone: str

    @field_validator("time_zone")
    @classmethod
    def _know_the_time_zone(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (ValueError, ZoneInfoNotFoundError) as error:
            raise ValueError(f"there is no time zone {zone}") from error
        return zone

    @model_validator(mode="after")
    def _protect_in_one_way(self) -> "MailSection":
        if self.tls and self.starttls:
            raise ValueError("set either tls or starttls, not both")
        return self


class RemindersSection(_Section):
    """Reminders that the course sends by itself to those who have something of a plan left."""

    automatic: bool
    days_before: list[Annotated[int, Field(ge=0, le=365)]]
    overdue_weekly: bool


class CallSection(_Section):
    """The calls: alone with the partner, and with other people in a room."""

    partner_name: Annotated[str, Field(min_length=1, max_length=40)]
    minutes_max: Annotated[int, Field(ge=1, le=120)]
    people_max: Annotated[int, Field(ge=1, le=1000)]
    room_people_max: Annotated[int, Field(ge=2, le=200)]
    person_calls_max: Annotated[int, Field(ge=1, le=10)]
    workers: Annotated[int, Field(ge=0, le=64)]
    load_max: Annotated[float, Field(ge=0.1, le=1)]
    addresses: list[IPvAnyAddress]
    port: Annotated[int, Field(ge=0, le=65535)]
    public_address: IPvAnyAddress | Literal[""]
    turn_urls: list[Annotated[str, Field(pattern=_TURN_URL)]]
    turn_hours: Annotated[int, Field(ge=1, le=72)]


class EquipmentSection(_Section):
    """The tests of sound, picture and network."""

    days: Annotated[int, Field(ge=1, le=365)]
    report_days: Annotated[int, Field(ge=1, le=30)]


class WorkshopsSection(_Section):
    """Who may take part in a workshop, and how long it is remembered."""

    guests: bool
    keep_days: Annotated[int, Field(ge=7, le=730)]


_Days = Annotated[int, Field(ge=0, le=7300)]


class RetentionSection(_Section):
    """How many days each kind of record is kept; 0 means as long as its person is in the course."""

    approve: bool
    answers: _Days
    hand_ins: _Days
    steps: _Days
    tests: _Days
    evidence: _Days
    letters: _Days
    log: _Days
    requests: _Days
    faults: _Days
    guests: _Days
    unused: _Days
    leavers: _Days


class PrivacySection(_Section):
    """Who answers for the personal data, and how they are reached."""

    controller: str
    controllers: dict[str, str]
    dpo_name: str
    dpo_email: str
    dpo_phone: str
    text_date: date


class AccessibilitySection(_Section):
    """The facts of the accessibility statement."""

    conformance: Literal["fully", "partially", "not"]
    assessed: date
    updated: date
    answer_days: Annotated[int, Field(ge=1, le=90)]
    shortcomings: dict[str, list[str]]
    burden: dict[str, str]


class CapacitySection(_Section):
    """How many pages may calculate at once."""

    kernels: Annotated[int, Field(ge=1, le=10_000)] | Literal["auto"]
    kernel_megabytes: Annotated[int, Field(ge=1, le=4096)]
    idle_minutes: Annotated[int, Field(ge=1, le=1440)]


class BackupSection(_Section):
    """Where backups lie, how many are kept, and how often one is made by itself."""

    folder: str
    keep: Annotated[int, Field(ge=1, le=1000)]
    every_hours: Annotated[int, Field(ge=0, le=744)]


class AccountsSection(_Section):
    """The organisation's goal for accounts in its meeting service."""

    goal: Annotated[int, Field(ge=0)]
    active_days: Annotated[int, Field(ge=7, le=365)]


class ServiceSection(_Section):
    """The organisation's meeting service; what is called what stands in its profile."""

    profile: Annotated[str, Field(pattern=_MODULE)]
    address: str
    open_meeting: str
    guests: bool


class TravelSection(_Section):
    """What a trip costs: places on a map in kilometres, and the figures of the calculator."""

    places: Annotated[dict[str, tuple[float, float]], Field(min_length=2)]
    road_factor: Annotated[float, Field(ge=1, le=5)]
    km_per_hour: Annotated[float, Field(ge=1, le=200)]
    kronor_per_km: Annotated[float, Field(ge=0, le=1000)]
    kronor_per_hour: Annotated[float, Field(ge=0, le=10_000)]
    kg_co2_per_km: Annotated[float, Field(ge=0, le=10)]
    people_per_car: Annotated[float, Field(ge=1, le=9)]
    sources: dict[str, str]


class Settings(_Section):
    """All settings of a running course."""

    course: CourseSection
    organisation: OrganisationSection
    help: HelpSection
    signin: SigninSection
    oidc: OidcSection
    mail: MailSection
    reminders: RemindersSection
    call: CallSection
    equipment: EquipmentSection
    workshops: WorkshopsSection
    retention: RetentionSection
    privacy: PrivacySection
    accessibility: AccessibilitySection
    capacity: CapacitySection
    backup: BackupSection
    accounts: AccountsSection
    service: ServiceSection
    travel: TravelSection


def load_settings(shipped: Path, overlay: Path | None = None) -> Settings:
    """Read `shipped` and lay `overlay` over it, key by key.

    Raises:
        ConfigError: a file can't be read, or a key is unknown or has a value that isn't accepted.
    """
    values, blamed = _layers(shipped, overlay)
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise _told(error, blamed)[0] from error


def own_values(overlay: Path) -> dict[str, Any]:
    """What an organisation's own file says, as it stands there; nothing where there is none.

    Raises:
        ConfigError: the file can't be read.
    """
    return _read(overlay) if overlay.exists() else {}


def settings_errors(shipped: Path, overlay: Path | None = None) -> list[ConfigError]:
    """Everything that `load_settings` would stumble on, not only the first of it."""
    try:
        values, blamed = _layers(shipped, overlay)
        Settings.model_validate(values)
    except ConfigError as error:
        return [error]
    except ValidationError as error:
        return _told(error, blamed)
    return []


def setting_names(section: type[BaseModel] = Settings) -> list[str]:
    """Dotted names of all settings, or of one section's, in the order they stand here."""
    names = []
    for name, field in section.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            names += [f"{name}.{inner}" for inner in setting_names(field.annotation)]
        else:
            names.append(name)
    return names


def _layers(shipped: Path, overlay: Path | None) -> tuple[dict[str, Any], Path]:
    """All values, and the file to blame for a wrong one."""
    if overlay is None or not overlay.exists():
        return _read(shipped), shipped
    return _overlay(_read(shipped), _read(overlay)), overlay


def _told(error: ValidationError, blamed: Path) -> list[ConfigError]:
    return [
        ConfigError(
            str(blamed),
            ".".join(str(part) for part in found["loc"]),
            _problem(found["type"], found["msg"], [str(part) for part in found["loc"][:-1]]),
        )
        for found in error.errors()
    ]


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


def _problem(kind: str, message: str, section: list[str]) -> str:
    if kind == "extra_forbidden":
        return f"there is no such setting; accepted here: {', '.join(_beside(section))}"
    message = message.removeprefix("Value error, ")
    return message[:1].lower() + message[1:]


def _beside(section: list[str]) -> list[str]:
    """The settings of a section; the sections themselves at the top."""
    if not section:
        return list(Settings.model_fields)
    prefix = ".".join(section) + "."
    return [n.removeprefix(prefix) for n in setting_names() if n.startswith(prefix)]
